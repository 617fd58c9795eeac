import type { MethodName, ModelFormat, Signature } from '@switchyard/model-registry';

/** One signature that a model file offers. */
export interface InspectedSignature {
  /** `serving_default` where the format has no names for signatures. */
  readonly name: string;
  readonly methodName: MethodName;
  /** Ready for a manifest: dimension 0 of every tensor is -1, also where the file fixes the number of rows. */
  readonly signature: Signature;
}

/** What a file says of itself, as far as it can be known without running it. */
export interface InspectedModel {
  readonly format: ModelFormat;
  /** The one to serve by default first. */
  readonly signatures: readonly InspectedSignature[];
  /** Rows that one run takes, where the file allows only that many: the engine splits and pads to it. */
  readonly fixedRows: number | null;
}

/**
 * Reads one format. The implementer promises to hold no more than the file in memory and never to run the model;
 * reading may still crash a native library, so services inspect in a process of its own.
 */
export interface ModelInspector {
  readonly format: ModelFormat;
  /** Whether the folder looks like this format: by its file names, and where formats share those, by what the file says it is. */
  recognizes(directory: string): Promise<boolean>;
  /** @throws ServingError `model-invalid` saying what about the files cannot be served. */
  inspect(directory: string): Promise<InspectedModel>;
}
