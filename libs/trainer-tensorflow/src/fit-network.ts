import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LayersModel, Scalar } from '@tensorflow/tfjs';
import { seededRandom, type EpochReport, type LabelledRows, type Pipeline } from '@switchyard/training';
import type { TensorFlow } from './load-tensorflow.js';
import type { Network } from './networks/network.js';
import { disposeBatch, gatherBatch } from './row-batch.js';
import { shuffle } from './shuffle.js';

/** This share of the training rows is not fitted but watched, so that the held-out rows stay unseen until the gate. */
const VALIDATION_SHARE = 0.05;
const VALIDATION_BATCH_ROWS = 1_000;

export interface FittableModel {
  readonly model: LayersModel;
  readonly loss: Network['loss'];
}

export interface FitOptions {
  readonly rows: LabelledRows;
  readonly pipeline: Pipeline;
  readonly onEpoch: (epoch: EpochReport) => void;
}

interface Scores {
  readonly loss: number;
  readonly accuracy: number;
}

const MOMENTUM = 0.9;

/**
 * Fits a model, reporting each epoch: stochastic gradient descent with momentum, the learning rate falling linearly to zero,
 * which ends on a better model than a constant rate does and costs half of what Adam does per batch. The order of rows comes from the seed.
 * Between batches the event loop turns once, so that a lost parent is noticed within one batch.
 */
export async function fitNetwork(tf: TensorFlow, { model, loss }: FittableModel, { rows, pipeline, onEpoch }: FitOptions): Promise<EpochReport[]> {
  const optimizer = tf.train.momentum(pipeline.learningRate, MOMENTUM);
  model.compile({ optimizer, loss, metrics: ['accuracy'] });
  const random = seededRandom(pipeline.seed);
  const order = Int32Array.from({ length: rows.inputs.shape[0] ?? 0 }, (_, row) => row);
  shuffle(order, random);
  const watched = order.slice(0, Math.floor(order.length * VALIDATION_SHARE));
  const fitted = order.slice(watched.length);
  const curve: EpochReport[] = [];
  for (let epoch = 1; epoch <= pipeline.epochs; epoch++) {
    const startedMs = performance.now();
    shuffle(fitted, random);
    const training = await overBatches(fitted, pipeline.batchSize, (indices, done) => {
      optimizer.setLearningRate(pipeline.learningRate * (1 - (epoch - 1 + done) / pipeline.epochs));
      return fitBatch(tf, model, rows, indices);
    });
    const validation = watched.length === 0 ? null : await overBatches(watched, VALIDATION_BATCH_ROWS, (indices) => scoreBatch(tf, model, rows, indices));
    const report = {
      epoch, epochs: pipeline.epochs, loss: training.loss, accuracy: training.accuracy,
      validationLoss: validation?.loss ?? null, validationAccuracy: validation?.accuracy ?? null, durationMs: performance.now() - startedMs,
    };
    curve.push(report);
    onEpoch(report);
  }
  return curve;
}

/** The mean scores over all batches, weighted by their rows. `score` is told which share of the rows is already done. */
async function overBatches(order: Int32Array, batchRows: number, score: (indices: Int32Array, done: number) => Promise<Scores>): Promise<Scores> {
  let loss = 0;
  let accuracy = 0;
  for (let from = 0; from < order.length; from += batchRows) {
    const indices = order.subarray(from, from + batchRows);
    const scores = await score(indices, from / order.length);
    loss += scores.loss * (indices.length / order.length);
    accuracy += scores.accuracy * (indices.length / order.length);
    await nextTurn();
  }
  return { loss, accuracy };
}

async function fitBatch(tf: TensorFlow, model: LayersModel, rows: LabelledRows, indices: Int32Array): Promise<Scores> {
  const batch = gatherBatch(tf, rows, indices);
  try {
    // With one metric the history is always [loss, metric].
    const [loss = Number.NaN, accuracy = Number.NaN] = (await model.trainOnBatch(batch.inputs, batch.labels)) as number[];
    return { loss, accuracy };
  } finally {
    disposeBatch(batch);
  }
}

async function scoreBatch(tf: TensorFlow, model: LayersModel, rows: LabelledRows, indices: Int32Array): Promise<Scores> {
  const batch = gatherBatch(tf, rows, indices);
  const scores = model.evaluate(batch.inputs, batch.labels, { batchSize: indices.length }) as Scalar[];
  try {
    const [loss = Number.NaN, accuracy = Number.NaN] = await Promise.all(scores.map(async (score) => (await score.data())[0] ?? Number.NaN));
    return { loss, accuracy };
  } finally {
    disposeBatch(batch);
    tf.dispose(scores);
  }
}
