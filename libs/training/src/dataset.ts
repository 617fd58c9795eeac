import type { Tensor } from '@switchyard/tensor';

/** Labelled rows. `inputs` is `[rows, …]` float32; `labels` is `[rows]` int32: the class of each row. */
export interface LabelledRows {
  readonly inputs: Tensor;
  readonly labels: Tensor;
}

/** An upload that went into a dataset: how many of its pictures did, and how many could not be used. */
export interface SeenUpload {
  readonly id: string;
  readonly rows: number;
  readonly leftOut: number;
}

/** A dataset split into what may be fitted and what is held out for the gate. */
export interface Dataset {
  readonly name: string;
  /** sha256 over the content, hex: names the immutable snapshot. */
  readonly digest: string;
  readonly classes: number;
  /** Whose rows stand at the end of `training`, in the order of their ids; absent where there are none. */
  readonly uploads?: readonly SeenUpload[];
  readonly training: LabelledRows;
  readonly heldOut: LabelledRows;
}

/** Where a dataset comes from: a package, uploads, an object store. `read` may take seconds and hundreds of MB: call it off the event loop. */
export interface DatasetSource {
  readonly name: string;
  read(): Promise<Dataset>;
}
