import { ServingError } from '@switchyard/errors';
import { formatShape, numericData, type Tensor, type TensorMap } from '@switchyard/tensor';
import { MAX_RANK, type Signature, type TensorSpec } from '@switchyard/model-registry';

/**
 * Checks names, dtypes, shapes and finiteness against the signature, and that all inputs have equally many rows.
 * Nothing unchecked may reach a native engine: a wrong rank can abort its process (docs/decisions).
 * @param imageInput the input (`imageInputOf` the model) that also takes encoded pictures: a `string` tensor `[rows]` or `[rows,1]`. What is in
 * the files is for their decoder to check.
 * @returns the number of rows. @throws ServingError `invalid-input` naming what was given and what was expected.
 */
export function validateInputs(inputs: TensorMap, signature: Signature, imageInput: TensorSpec | null = null): number {
  for (const name of inputs.keys()) assertKnown(name, signature);
  const rows = signature.inputs.map((spec) => {
    const given = inputs.get(spec.name);
    return spec.name === imageInput?.name && given?.dtype === 'string' ? validateFiles(given, spec) : validateInput(given, spec);
  });
  const first = rows[0] ?? 0;
  if (rows.some((count) => count !== first)) {
    const counts = signature.inputs.map((spec, index) => `"${spec.name}" has ${rows[index]}`).join(', ');
    throw new ServingError('invalid-input', `All inputs must have the same number of rows: ${counts}.`);
  }
  if (first === 0) throw new ServingError('invalid-input', 'The request has no rows; at least one is expected.');
  return first;
}

/** `[-1,28,28,1]` accepts `[n,28,28,1]`. */
export function shapeFits(shape: readonly number[], spec: readonly number[]): boolean {
  return shape.length === spec.length && spec.every((size, index) => size === -1 || size === shape[index]);
}

function assertKnown(name: string, signature: Signature): void {
  if (signature.inputs.some((spec) => spec.name === name)) return;
  const expected = signature.inputs.map((spec) => `"${spec.name}"`).join(', ');
  throw new ServingError('invalid-input', `The model has no input "${name}"; its inputs: ${expected}.`);
}

function validateFiles({ shape }: Tensor, { name }: TensorSpec): number {
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return shape[0] ?? 0;
  throw new ServingError('invalid-input', `The input "${name}" holds encoded images of shape ${formatShape(shape)}; [-1] is expected, one image for each row.`);
}

function validateInput(given: Tensor | undefined, spec: TensorSpec): number {
  if (given === undefined) throw new ServingError('invalid-input', `The input "${spec.name}" is missing.`);
  if (given.dtype !== spec.dtype) throw new ServingError('invalid-input', `The input "${spec.name}" is ${given.dtype}; ${spec.dtype} is expected.`);
  if (spec.openRank === true) assertAnyRank(given, spec);
  else if (!shapeFits(given.shape, spec.shape)) {
    throw new ServingError('invalid-input', `The input "${spec.name}" has shape ${formatShape(given.shape)}; ${formatShape(spec.shape)} is expected, where -1 is any size.`);
  }
  if (spec.finite) assertFinite(given, spec);
  return given.shape[0] ?? 0;
}

/** Whether the model takes this rank is known only when it runs; rows it must have, and a bound holds for every tensor. */
function assertAnyRank({ shape }: Tensor, { name }: TensorSpec): void {
  if (shape.length >= 1 && shape.length <= MAX_RANK) return;
  throw new ServingError('invalid-input', `The input "${name}" has shape ${formatShape(shape)}; 1 to ${MAX_RANK} dimensions are expected, of which the first counts the rows.`);
}

function assertFinite(given: Tensor, spec: TensorSpec): void {
  if (given.dtype !== 'float32' && given.dtype !== 'float64') return;
  const data = numericData(given) as Float32Array | Float64Array;
  if (isFiniteEverywhere(data)) return;
  for (let index = 0; index < data.length; index++) {
    if (!Number.isFinite(data[index])) {
      throw new ServingError('invalid-input', `The input "${spec.name}" holds ${data[index]} at element ${index}; only finite numbers are expected.`);
    }
  }
}

/** A finite number times zero is zero, all else NaN, which no addition removes: a fifth of the time that a test of each element takes. */
function isFiniteEverywhere(data: Float32Array | Float64Array): boolean {
  let sum = 0;
  for (let index = 0; index < data.length; index++) sum += data[index]! * 0;
  return sum === 0;
}
