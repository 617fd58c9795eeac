import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createOnnxCompiler } from '../onnx-compiler.js';
import { decodeModelProto, type ModelProto } from '../onnx-proto.js';
import { randomFloats } from './random-floats.js';

// tfjs would advise the native backend; the plain one is what the comparison is about.
tf.env().set('IS_TEST', true);

/** What the design asks of a compiled model: docs/decisions/0002-compile-on-publish.md. */
export const TOLERANCE = 1e-5;

/** How a model and its ONNX form compare on random rows. */
export interface Parity {
  /** Over all outputs, rows and batch sizes. */
  readonly maxAbsDifference: number;
  /** The operators of the ONNX graph, in order, without the outputs' Identity. */
  readonly operators: readonly string[];
  readonly proto: ModelProto;
}

/** Gives a model reproducible weights of the size that trained ones have; variances are positive. */
export function seedWeights(model: tfl.LayersModel, seed = 1): void {
  model.setWeights(
    model.weights.map((weight, index) => {
      const shape = weight.shape as number[];
      const count = shape.reduce((product, size) => product * size, 1);
      const fanIn = shape.slice(0, -1).reduce((product, size) => product * size, 1);
      const floats = randomFloats(count, seed * 1000 + index).map((value) => {
        if (weight.originalName.endsWith('moving_variance')) return 0.5 + Math.abs(value);
        return shape.length === 1 ? value * 0.5 : value * Math.sqrt(2 / fanIn);
      });
      return tf.tensor(floats, shape);
    }),
  );
}

/** Saves the model as tfjs does, with the weights in `shards` files of about one size. */
export async function saveModel(model: tfl.LayersModel, directory: string, { shards = 1, includeOptimizer = false } = {}): Promise<void> {
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      const data = new Uint8Array(tf.io.CompositeArrayBuffer.join(artifacts.weightData));
      const size = Math.ceil(data.length / shards);
      const paths = Array.from({ length: shards }, (_, index) => `group1-shard${index + 1}of${shards}.bin`);
      await Promise.all(paths.map((path, index) => writeFile(join(directory, path), data.subarray(index * size, (index + 1) * size))));
      const { modelTopology, format, generatedBy, convertedBy } = artifacts;
      const weightsManifest = [{ paths, weights: artifacts.weightSpecs }];
      await writeFile(join(directory, 'model.json'), JSON.stringify({ modelTopology, format, generatedBy, convertedBy, weightsManifest }));
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    }),
    { includeOptimizer },
  );
}

/** Runs `use` on a fresh folder, which is gone afterwards. */
export async function withFolder<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'onnx-export-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Compiles the saved form of a model and returns the file. @throws Error with the reason when it was not compiled. */
export async function compileModel(model: tfl.LayersModel, shards = 1): Promise<Uint8Array> {
  return withFolder(async (directory) => {
    await saveModel(model, directory, { shards });
    const target = join(directory, 'onnx');
    const result = await createOnnxCompiler().compile(directory, target);
    if (!result.compiled) throw new Error(result.reason);
    return readFile(join(target, 'model.onnx'));
  });
}

/** Seeds a model's weights, then measures; for models whose weights do not matter otherwise. */
export async function measureSeededParity(model: tfl.LayersModel, options: { batchSizes?: number[]; seed?: number } = {}): Promise<Parity> {
  seedWeights(model, options.seed);
  return measureParity(model, options);
}

/** Compiles a model and runs both forms on the same random rows. */
export async function measureParity(model: tfl.LayersModel, { batchSizes = [1, 3], seed = 1, shards = 1 } = {}): Promise<Parity> {
  const bytes = await compileModel(model, shards);
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  try {
    const differences: number[] = [];
    for (const rows of batchSizes) differences.push(await compareOnRows(model, session, { rows, seed }));
    const proto = decodeModelProto(bytes);
    const operators = proto.graph.node.map((node) => node.opType).filter((type) => type !== 'Identity');
    return { maxAbsDifference: Math.max(...differences), operators, proto };
  } finally {
    await session.release();
  }
}

async function compareOnRows(
  model: tfl.LayersModel,
  session: InferenceSession,
  { rows, seed }: { rows: number; seed: number },
): Promise<number> {
  const inputs = model.inputs.map(({ shape }, index) => {
    const full = [rows, ...(shape.slice(1) as number[])];
    return {
      shape: full,
      data: randomFloats(
        full.reduce((product, size) => product * size, 1),
        seed + index,
      ),
    };
  });
  const feeds = Object.fromEntries(inputs.map(({ shape, data }, index) => [model.inputNames[index], new Tensor('float32', data, shape)]));
  const actual = await session.run(feeds);
  const expected = [model.predict(inputs.map(({ shape, data }) => tf.tensor(data, shape)))].flat();
  return Math.max(...expected.map((tensor, index) => maxAbsDifference(tensor, actual[model.outputNames[index] ?? ''])));
}

/** Infinite when shapes differ or a value is not a number, so that no comparison can pass by accident. */
function maxAbsDifference(expected: tf.Tensor, actual: Tensor | undefined): number {
  if (actual === undefined || expected.shape.join() !== actual.dims.join()) return Infinity;
  const values = actual.data as Float32Array;
  let worst = 0;
  expected.dataSync<'float32'>().forEach((value, index) => {
    const difference = Math.abs(value - (values[index] ?? NaN));
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  });
  return worst;
}
