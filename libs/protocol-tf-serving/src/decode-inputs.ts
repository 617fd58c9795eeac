import { ServingError } from '@switchyard/errors';
import { toTensorData, type Json } from '@switchyard/json-numbers';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import { tensor, type Tensor, type TensorMap } from '@switchyard/tensor';
import { collectElements, shapeOfFirst, type Collected } from './collect-elements.js';
import { isBase64Object } from './json-elements.js';

/**
 * Column format: a whole tensor for each input, bare for a model of one input, else by name; names the model does not know are ignored.
 * @throws ServingError `invalid-input` with TensorFlow Serving's words.
 */
export function decodeInputs(inputs: Json, signature: Signature): TensorMap {
  if (inputs instanceof Map && !isBase64Object(inputs)) {
    return new Map(signature.inputs.map((spec) => [spec.name, namedTensor(inputs as ReadonlyMap<string, Json>, spec)]));
  }
  const [only, ...others] = signature.inputs;
  if (only === undefined || others.length > 0) {
    throw new ServingError('invalid-input', 'inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map');
  }
  return new Map([[only.name, wholeTensor(inputs, only)]]);
}

function namedTensor(inputs: ReadonlyMap<string, Json>, spec: TensorSpec): Tensor {
  const value = inputs.get(spec.name);
  if (value === undefined) throw new ServingError('invalid-input', `Missing named input: ${spec.name} in 'inputs' object.`);
  return wholeTensor(value, spec);
}

function wholeTensor(value: Json, { dtype }: TensorSpec): Tensor {
  const shape = shapeOfFirst(value);
  const collected: Collected = { dtype, elements: [] };
  collectElements(value, shape, collected);
  return tensor(dtype, shape, toTensorData(collected.elements, dtype));
}
