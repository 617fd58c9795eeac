import type { Tensor as TfjsTensor } from '@tensorflow/tfjs-core';
import type { TensorDeclaration } from '@switchyard/engine';
import type { LayerTensor, NodeTensor, TfjsGraphModel, TfjsLayersModel } from './tfjs-runtime.js';
import type { Dtype } from '@switchyard/tensor';
import { dtypeOf } from './tfjs-tensors.js';

/** A layers model or a graph model, seen alike: tensors go in and come out in the order in which they are declared. */
export interface TfjsModel {
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
  /** Runs all rows at once; throws a plain error when an input does not fit. */
  predict(inputs: TfjsTensor[]): TfjsTensor[];
  dispose(): void;
}

/** Inputs and outputs go by the names of their layers. */
export function layersModel(model: TfjsLayersModel): TfjsModel {
  const declare =
    (names: readonly string[]) =>
    (slot: LayerTensor, index: number): TensorDeclaration => {
      // A sequential model lists no names; its slots are called `layer/node`.
      const name = names[index] ?? slot.name.split('/')[0] ?? slot.name;
      return { name, dtype: dtypeOf(name, slot.dtype), shape: slot.shape };
    };
  return {
    inputs: model.inputs.map(declare(model.inputNames)),
    outputs: model.outputs.map(declare(model.outputNames)),
    // `predict` would cut the batch in pieces of 32.
    predict: (inputs) => [model.predictOnBatch(inputs)].flat(),
    dispose: () => void model.dispose(),
  };
}

/** Inputs and outputs go by the keys of the graph's signature, else by the names of their nodes. */
export function graphModel(model: TfjsGraphModel): TfjsModel {
  const { inputs = {}, outputs = {} } = (model.modelSignature ?? {}) as GraphSignature;
  const declare =
    (names: readonly string[], infos: Readonly<Record<string, SignatureInfo>>) =>
    (slot: NodeTensor, index: number): TensorDeclaration => {
      const name = names[index] ?? slot.name;
      // The nodes of outputs rarely carry a shape; the signature does.
      const shape = infos[name]?.tensorShape?.dim?.map(({ size }) => Number(size)) ?? slot.shape;
      return {
        name,
        dtype: statedDtype(name, infos[name], slot),
        shape: shape?.map((size) => (size === -1 ? null : size)) ?? null,
      };
    };
  return {
    inputs: model.inputs.map(declare(model.inputNodes, inputs)),
    outputs: model.outputs.map(declare(model.outputNodes, outputs)),
    predict: (tensors) => [model.execute(tensors, model.outputNodes)].flat(),
    dispose: () => model.dispose(),
  };
}

/** The nodes of outputs rarely say what they hold; the signature does. */
function statedDtype(name: string, info: SignatureInfo | undefined, slot: NodeTensor): Dtype | null {
  const stated = slot.dtype ?? SIGNATURE_DTYPES[info?.dtype ?? ''];
  return stated === undefined ? null : dtypeOf(name, stated);
}

/** `DataType` of TensorFlow, by name, as the library carries it. */
const SIGNATURE_DTYPES: Readonly<Record<string, string>> = { DT_FLOAT: 'float32', DT_INT32: 'int32', DT_INT64: 'int32', DT_BOOL: 'bool', DT_STRING: 'string' };

/** The parts we read of a `SignatureDef`, as the converter writes it into `model.json`; sizes may be strings, as in the JSON form of Protocol Buffers. */
interface SignatureInfo {
  readonly dtype?: string;
  readonly tensorShape?: { readonly dim?: readonly { readonly size: string | number }[] };
}
interface GraphSignature {
  readonly inputs?: Readonly<Record<string, SignatureInfo>>;
  readonly outputs?: Readonly<Record<string, SignatureInfo>>;
}
