import type { Tensor } from '@switchyard/tensor';

/** Labelled rows. `inputs` is `[rows, …]` float32; `labels` is `[rows]` int32: the class of each row. */
export interface LabelledRows {
  readonly inputs: Tensor;
  readonly labels: Tensor;
}

/** A dataset split into what may be fitted and what is held out for the gate. */
export interface Dataset {
  readonly name: string;
  /** sha256 over the content, hex: names the immutable snapshot. */
  readonly digest: string;
  readonly classes: number;
  readonly training: LabelledRows;
  readonly heldOut: LabelledRows;
}

/** Where a dataset comes from: a package, uploads, an object store. `read` may take seconds and hundreds of MB: call it off the event loop. */
export interface DatasetSource {
  readonly name: string;
  read(): Promise<Dataset>;
}
