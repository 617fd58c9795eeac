import type { ErrorFrame } from '@switchyard/errors';
import type { Pipeline, TrainedModel, TrainingProgress } from '@switchyard/training';

/** A module that exports a function `(name) => DatasetSource` (or a promise of one), imported where the data is read: in the fitting process. */
export interface DatasetModule {
  /** A `file:` URL. */
  readonly moduleUrl: string;
  readonly exportName: string;
}

/** The one message to the fitting process. `directory` is an absolute path; everything it writes lies under it. */
export interface FitOrder {
  readonly pipeline: Pipeline;
  readonly directory: string;
  /** Absolute path of rows to add to the dataset's training rows, or null. */
  readonly addedRowsFile: string | null;
  readonly datasets: DatasetModule;
}

/** What the fitting process says: any number of `progress`, then one `fitted` or `failed`. */
export type FitReport =
  | { readonly kind: 'progress'; readonly progress: TrainingProgress }
  | { readonly kind: 'fitted'; readonly model: TrainedModel }
  | { readonly kind: 'failed'; readonly error: ErrorFrame };
