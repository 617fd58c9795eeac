import type { ServingError } from '@switchyard/errors';
import type { TensorMap } from '@switchyard/tensor';
import type { ModelFormat, Signature } from '@switchyard/model-registry';

export const ENGINE_NAMES = ['onnx', 'tensorflow', 'wasm'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** A model on the local disk, ready to load; its files were checked against their digests. */
export interface ModelArtifact {
  readonly format: ModelFormat;
  /** Absolute path of the folder that holds the files of this format (`model.onnx`, `model.json` + weights, …). */
  readonly directory: string;
  readonly signature: Signature;
  /** What the file calls the signature to serve, where the format names them; `serving_default` when it is left out. */
  readonly signatureName?: string;
}

/**
 * Runs models of the formats it declares.
 * The implementer promises that a failed `load` leaves nothing behind and that `close` is idempotent and disposes every model.
 */
export interface Engine {
  readonly name: EngineName;
  readonly formats: readonly ModelFormat[];
  /** @throws ServingError `model-invalid` when the files are no such model or disagree with the signature; `engine-unavailable` when the engine's library is missing. */
  load(artifact: ModelArtifact): Promise<LoadedModel>;
  close(): Promise<void>;
}

export interface RunOptions {
  /** The caller needs the memory of the inputs no more: it may move to where the model runs, instead of being copied. */
  readonly isGiven?: boolean;
}

/**
 * One model in memory.
 *
 * The caller promises inputs that fit the signature (validated before the queue), at least one row, and no `run` after `dispose`.
 * The implementer promises outputs named and ordered as the signature, every one with as many rows as the inputs, in memory of its own
 * (a later `run` does not overwrite them); a `run` that threw leaves the model usable; runs may overlap up to `maxConcurrentRuns`.
 */
export interface LoadedModel {
  readonly signature: Signature;
  readonly maxConcurrentRuns: number;
  /** @throws ServingError `engine-failed` */
  run(inputs: TensorMap, options?: RunOptions): Promise<TensorMap>;
  dispose(): Promise<void>;
  /** Why every run is refused for the time being, as the error it is refused with; null while runs are taken. Absent where that cannot be. */
  outage?(): ServingError | null;
}
