import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeFrame, sliceRows } from '@switchyard/tensor';
import { encodeSnapshot, evaluate, withAddedRows, type Dataset, type DatasetSource, type Evaluation, type TrainedModel, type TrainingProgress } from '@switchyard/training';
import type { LayersModel } from '@tensorflow/tfjs';
import type { FitOrder } from './fit-messages.js';
import { fitNetwork } from './fit-network.js';
import { loadTensorFlow, type TensorFlow } from './load-tensorflow.js';
import { modelSignature } from './model-signature.js';
import { findNetwork } from './networks/find-network.js';
import { predictClasses } from './predict-classes.js';
import { saveLayersModel } from './save-layers-model.js';

/** Enough rows to see a wrong layer, few enough to compare in a second. */
const PARITY_ROWS = 512;

type Report = (progress: TrainingProgress) => void;

/**
 * All of one fit, in the process that may be busy with it: read, fit, evaluate, save.
 * Leaves `model/`, `dataset/` and `parity-inputs.frame` in the order's directory.
 */
export async function fitPipeline({ pipeline, directory, addedRowsFile }: FitOrder, source: DatasetSource, report: Report): Promise<TrainedModel> {
  const network = findNetwork(pipeline.trainer);
  const { tf, problem } = await loadTensorFlow();
  if (problem !== null) {
    report({ step: 'dataset', message: `WARNING: native TensorFlow cannot be loaded, training runs on the plain JavaScript backend and will be very slow: ${problem}` });
  }
  const dataset = await readDataset(source, { directory, addedRowsFile }, report);
  const model = network.build(tf, pipeline.seed);
  const onEpoch = (epoch: TrainedModel['curve'][number]): void => report({ step: 'fit', message: `Epoch ${epoch.epoch} of ${epoch.epochs}.`, epoch });
  const curve = await fitNetwork(tf, { model, loss: network.loss }, { rows: dataset.training, pipeline, onEpoch });
  const evaluation = await evaluateHeldOut(tf, model, dataset, report);
  await saveLayersModel(tf, model, join(directory, 'model'));
  return {
    format: 'tfjs-layers',
    directory: join(directory, 'model'),
    signature: modelSignature(model),
    preprocessing: network.preprocessing,
    labels: network.labels,
    datasetDigest: dataset.digest,
    datasetDirectory: join(directory, 'dataset'),
    curve,
    evaluation,
    parityInputsFile: await writeParityInputs(dataset, model.inputNames[0] ?? 'inputs', directory),
  };
}

async function readDataset(source: DatasetSource, { directory, addedRowsFile }: Pick<FitOrder, 'directory' | 'addedRowsFile'>, report: Report): Promise<Dataset> {
  report({ step: 'dataset', message: `Reading the dataset "${source.name}".` });
  const own = await source.read();
  const dataset = addedRowsFile === null ? own : withAddedRows(own, await readFile(addedRowsFile));
  await mkdir(join(directory, 'dataset'), { recursive: true });
  for (const [name, bytes] of encodeSnapshot(dataset)) await writeFile(join(directory, 'dataset', name), bytes);
  report({ step: 'dataset', message: `${dataset.training.inputs.shape[0]} rows to train on, ${dataset.heldOut.inputs.shape[0]} held out, sha256 ${dataset.digest.slice(0, 12)}.` });
  return dataset;
}

async function evaluateHeldOut(tf: TensorFlow, model: LayersModel, { heldOut, classes }: Dataset, report: Report): Promise<Evaluation> {
  const evaluation = evaluate(heldOut.labels.data as Int32Array, await predictClasses(tf, model, heldOut), classes);
  report({ step: 'evaluate', message: `Accuracy ${(evaluation.accuracy * 100).toFixed(2)} % and F1 ${(evaluation.f1 * 100).toFixed(2)} % on ${evaluation.rows} held-out rows.` });
  return evaluation;
}

async function writeParityInputs({ heldOut }: Dataset, inputName: string, directory: string): Promise<string> {
  const file = join(directory, 'parity-inputs.frame');
  const rows = sliceRows(heldOut.inputs, 0, Math.min(PARITY_ROWS, heldOut.inputs.shape[0] ?? 0));
  await writeFile(file, encodeFrame(null, new Map([[inputName, rows]])));
  return file;
}
