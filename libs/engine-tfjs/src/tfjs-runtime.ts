import type * as tfjsCore from '@tensorflow/tfjs-core';

/** What is used of TensorFlow.js, whichever of its packages brings it: tfjs-node and tfjs-core both fit. */
export type Tfjs = Pick<typeof tfjsCore, 'dispose' | 'tensor' | 'tidy'>;

/** TensorFlow.js, started on one backend, and its readers of models. */
export interface TfjsRuntime {
  readonly tf: Tfjs;
  /** `directory` holds `model.json` and its weight shards. May throw anything. */
  readLayersModel(directory: string): Promise<TfjsLayersModel>;
  /** `directory` holds `model.json` and its weight shards. May throw anything. */
  readGraphModel(directory: string): Promise<TfjsGraphModel>;
}

/** What is used of a `LayersModel`. */
export interface TfjsLayersModel {
  readonly inputs: readonly LayerTensor[];
  readonly inputNames: readonly string[];
  readonly outputs: readonly LayerTensor[];
  readonly outputNames: readonly string[];
  predictOnBatch(inputs: tfjsCore.Tensor[]): tfjsCore.Tensor | tfjsCore.Tensor[];
  dispose(): unknown;
}

export interface LayerTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | null)[];
}

/** What is used of a `GraphModel`. */
export interface TfjsGraphModel {
  readonly modelSignature: object | undefined;
  readonly inputs: readonly NodeTensor[];
  readonly inputNodes: readonly string[];
  readonly outputs: readonly NodeTensor[];
  readonly outputNodes: string[];
  execute(inputs: tfjsCore.Tensor[], outputs: string[]): tfjsCore.Tensor | tfjsCore.Tensor[];
  dispose(): void;
}

/** Type and shape stay open where the graph does not say them. */
export interface NodeTensor {
  readonly name: string;
  readonly dtype?: string;
  readonly shape?: readonly number[];
}
