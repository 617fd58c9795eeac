/** A layers model as straight-line code: every call reads tensors that earlier calls wrote. Nested models are already inlined. */
export interface LayersModel {
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly ModelOutput[];
  /** In an order in which they can run. */
  readonly calls: readonly LayerCall[];
}

export interface ModelInput {
  /** As `model.inputNames` of tfjs has it. */
  readonly name: string;
  /** Of one row, without the batch dimension; null where the size is open. */
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
  readonly tensor: TensorId;
}

export interface ModelOutput {
  /** As `model.outputNames` of tfjs has it. */
  readonly name: string;
  readonly tensor: TensorId;
}

/** One use of a layer; a shared layer has several. */
export interface LayerCall {
  readonly layer: Layer;
  readonly inputs: readonly TensorId[];
  readonly output: TensorId;
}

/** Names a tensor that flows between calls; unique within a model. */
export type TensorId = number;

export interface Layer {
  readonly name: string;
  /** As Keras names it: `Conv2D`. */
  readonly className: string;
  /** The layer's arguments, keys and enumerated values in camel case (`kernelSize`, `channelsLast`). */
  readonly config: Readonly<Record<string, unknown>>;
  /** By Keras' short name: `kernel`, `bias`, `moving_mean`. */
  readonly weights: ReadonlyMap<string, Weight>;
}

/** Row-major float32 elements in TensorFlow's order of dimensions. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
