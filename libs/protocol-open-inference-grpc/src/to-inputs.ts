import { ServingError } from '@switchyard/errors';
import { KNOWN_DATATYPES, checkInput, checkInputNames, dtypeOf, isEncodedImages, readByteStrings, shown, type InputHead, type ModelContract } from '@switchyard/open-inference';
import { unpackElements } from '@switchyard/protobuf-wire';
import { bytesPerElement, elementCount, formatShape, viewElements, type NumericDtype, type Tensor, type TensorData, type TensorMap } from '@switchyard/tensor';
import { CONTENTS_FIELDS, encodingOf } from './contents-fields.js';
import type { ContentsValues, InferMessage, InputFields } from './infer-message.js';

/** Elements of one BYTES tensor: four bytes on the wire become a hundred in memory. */
const MAX_STRINGS = 2 ** 18;
const MAX_RANK = 64;

/** The inputs of a request, each with the elements that its shape and datatype promise. @throws ServingError `invalid-input` */
export function toInputs({ inputs, raw }: InferMessage, model: ModelContract): TensorMap {
  if (raw.length > 0 && raw.length !== inputs.length) {
    throw new ServingError('invalid-input', `the request has ${inputs.length} inputs and ${raw.length} raw_input_contents for model '${model.name}'; one for each input is expected.`);
  }
  const tensors = new Map<string, Tensor>();
  inputs.forEach((input, index) => {
    if (tensors.has(input.name)) throw new ServingError('invalid-input', `input '${shown(input.name)}' already exists in request`);
    tensors.set(input.name, toTensor(input, raw.length > 0 ? raw[index] : undefined, model));
  });
  checkInputNames(model, [...tensors.keys()]);
  return tensors;
}

function toTensor(input: InputFields, raw: Uint8Array | undefined, model: ModelContract): Tensor {
  const head = headOf(input);
  checkInput(model, head);
  // Triton's users send pictures as [n,1] too; inside they are [n].
  const shape = isEncodedImages(model, head) ? head.shape.slice(0, 1) : head.shape;
  if (raw === undefined) return { dtype: head.dtype, shape, data: fromContents(input.contents, head, model) };
  if (input.contents !== undefined) {
    throw new ServingError('invalid-input', `contents field must not be specified when using raw_input_contents for '${head.name}' for model '${model.name}'`);
  }
  return { dtype: head.dtype, shape, data: fromRaw(raw, head, model) };
}

function headOf({ name, datatype, shape }: InputFields): InputHead {
  const dtype = dtypeOf(datatype);
  if (dtype === undefined) throw new ServingError('invalid-input', `inference input '${shown(name)}' has the datatype '${shown(datatype)}'; one of ${KNOWN_DATATYPES} is expected.`);
  if (shape.length > MAX_RANK || shape.some((size) => size < 0)) {
    throw new ServingError('invalid-input', `inference input '${shown(name)}' has the shape ${shown(formatShape(shape))}; at most ${MAX_RANK} sizes of 0 and more are expected.`);
  }
  return { name, dtype, shape };
}

function fromRaw(raw: Uint8Array, { name, dtype, shape }: InputHead, model: ModelContract): TensorData {
  const count = elementCount(shape);
  if (dtype === 'string') {
    assertFewStrings(count, name);
    return readByteStrings(raw, count, { input: name, model: model.name });
  }
  const expected = count * bytesPerElement(dtype);
  if (raw.byteLength === expected) return viewElements(dtype, raw);
  throw new ServingError('invalid-input', `input byte size mismatch for input '${name}' for model '${model.name}'. Expected ${expected}, got ${raw.byteLength}`);
}

function fromContents(contents: ContentsValues | undefined, { name, dtype, shape }: InputHead, model: ModelContract): TensorData {
  const count = elementCount(shape);
  if (dtype === 'string') {
    assertFewStrings(count, name);
    return assertCount(contents?.strings ?? [], count, { name, field: 'bytes_contents', model });
  }
  if (dtype === 'float16') throw new ServingError('invalid-input', `FP16 data of input '${name}' for model '${model.name}' must be sent in raw_input_contents: there is no contents field for it.`);
  return assertCount(elementsOf(contents, dtype), count, { name, field: CONTENTS_FIELDS[dtype].name, model });
}

function elementsOf(contents: ContentsValues | undefined, dtype: Exclude<NumericDtype, 'float16'>): TensorData {
  const field = CONTENTS_FIELDS[dtype];
  return unpackElements(dtype, encodingOf(field), contents?.values.get(field.field)?.bytes ?? new Uint8Array(0));
}

function assertCount<Data extends TensorData>(data: Data, count: number, { name, field, model }: { readonly name: string; readonly field: string; readonly model: ModelContract }): Data {
  if (data.length === count) return data;
  throw new ServingError('invalid-input', `input '${name}' for model '${model.name}' has ${data.length} elements in ${field}; its shape asks for ${count}.`);
}

function assertFewStrings(count: number, name: string): void {
  if (count > MAX_STRINGS) throw new ServingError('invalid-input', `inference input '${name}' has ${count} strings; at most ${MAX_STRINGS} are accepted in one tensor.`);
}
