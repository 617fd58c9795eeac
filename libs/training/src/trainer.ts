import type { ModelFormat, Preprocessing, Signature } from '@switchyard/model-registry';
import type { Evaluation } from './evaluation.js';
import type { Pipeline } from './pipeline.js';

/** After each epoch: losses and accuracies in [0, 1]. */
export interface EpochReport {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  readonly durationMs: number;
}

/** What a step of a run reports while it works. */
export type TrainingProgress =
  | { readonly step: 'dataset'; readonly message: string }
  | { readonly step: 'fit'; readonly message: string; readonly epoch: EpochReport }
  | { readonly step: 'evaluate' | 'gate' | 'compile' | 'publish'; readonly message: string };

/** A trained model in a local folder, with its score on the rows it never saw. */
export interface TrainedModel {
  readonly format: ModelFormat;
  /** Absolute path: `model.json` and weights, as tfjs saves them. */
  readonly directory: string;
  readonly signature: Signature;
  readonly preprocessing: Preprocessing | null;
  readonly labels: readonly string[] | null;
  readonly datasetDigest: string;
  /** Absolute path of the dataset as a snapshot (see `dataset-snapshot.ts`), to be kept in the object store. */
  readonly datasetDirectory: string;
  readonly curve: readonly EpochReport[];
  readonly evaluation: Evaluation;
  /** A tensor frame with the held-out inputs used for the parity check (at most 512 rows), absolute path. */
  readonly parityInputsFile: string;
}

/**
 * Fits one pipeline's network on its dataset.
 * The implementer promises to work off the caller's event loop, to leave files only under `directory`, to report every epoch,
 * and to stop within seconds (rejecting with `cancelled`) once `signal` aborts.
 */
export interface Trainer {
  readonly name: string;
  train(pipeline: Pipeline, options: {
    readonly directory: string;
    /** Absolute path of rows to fit beside the dataset's own (see `uploads/added-rows.ts`), or null. They are never held out. */
    readonly addedRowsFile?: string | null;
    readonly signal: AbortSignal;
    readonly onProgress: (progress: TrainingProgress) => void;
  }): Promise<TrainedModel>;
}

/** Turns a model into a form that a faster engine runs; a layer it cannot express is a reason, not an error. */
export interface ModelCompiler {
  readonly from: ModelFormat;
  readonly to: ModelFormat;
  /** Writes the compiled files under `targetDirectory`. */
  compile(sourceDirectory: string, targetDirectory: string): Promise<{ readonly compiled: true } | { readonly compiled: false; readonly reason: string }>;
}
