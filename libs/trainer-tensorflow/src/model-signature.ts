import { ServingError } from '@switchyard/errors';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import type { Signature, TensorSpec } from '@switchyard/model-registry';

/** A layers model's inputs and outputs by tfjs's own names; the open batch dimension is -1. Inputs must be finite: NaN in, nonsense out. */
export function modelSignature(model: LayersModel): Signature {
  return {
    inputs: model.inputNames.map((name, index) => tensorSpec(name, model.inputs[index], true)),
    outputs: model.outputNames.map((name, index) => tensorSpec(name, model.outputs[index], false)),
  };
}

function tensorSpec(name: string, symbol: SymbolicTensor | undefined, finite: boolean): TensorSpec {
  if (symbol === undefined) throw new ServingError('model-invalid', `The model has no tensor for the name "${name}".`);
  return { name, dtype: 'float32', shape: symbol.shape.map((size) => size ?? -1), finite };
}
