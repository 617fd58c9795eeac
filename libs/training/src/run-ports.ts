import type { Clock } from '@switchyard/clock';
import type { ModelFormat, RegistryCommand, RegistryResult, Signature } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';
import type { Pipeline } from './pipeline.js';
import type { ModelCompiler, Trainer, TrainingProgress } from './trainer.js';
import type { PictureDecoder } from './uploads/collect-added-rows.js';

/** Two forms of one model give probabilities that differ by no more than float32 rounding: `design.md` §3. */
export const MAX_PARITY_DIFFERENCE = 1e-5;

/** A model's files of one format in a local folder (absolute path). */
export interface ModelForm {
  readonly format: ModelFormat;
  readonly directory: string;
}

export interface FormComparison {
  readonly original: ModelForm;
  readonly compiled: ModelForm;
  readonly signature: Signature;
  /** A tensor frame with the input rows, absolute path. */
  readonly inputsFile: string;
}

export interface Parity {
  /** Over all outputs and rows. */
  readonly maxAbsDifference: number;
  readonly rows: number;
  /** Whether each row's largest output stands at the same place. */
  readonly sameArgmax: boolean;
}

/** Runs both forms of a model on the same rows, off the caller's event loop. */
export interface FormComparer {
  /** @throws ServingError when one of the forms cannot be loaded or run. */
  compareForms(comparison: FormComparison): Promise<Parity>;
}

/** The way to the registry. `publish` may be repeated: the registry answers a known `lineage.runId` with the version it made. */
export interface ModelPublisher {
  /** @throws ServingError also when no answer came in time; the command may then have been carried out. */
  publish(command: RegistryCommand): Promise<RegistryResult>;
}

/** How uploaded pictures become rows of a pipeline's network; null for one that takes no pictures. @throws ServingError `invalid-input` for an unknown network. */
export type FindPictureDecoder = (pipeline: Pipeline) => PictureDecoder | null;

/** What a run is made of. `directory` is a local folder of this run alone, which the caller made and removes. */
export interface RunDependencies {
  readonly trainer: Trainer;
  readonly findPictureDecoder: FindPictureDecoder;
  readonly compilers: readonly ModelCompiler[];
  readonly parity: FormComparer;
  readonly store: ObjectStore;
  readonly registry: ModelPublisher;
  readonly clock: Clock;
  readonly directory: string;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly signal: AbortSignal;
}
