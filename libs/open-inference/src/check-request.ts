import { ServingError } from '@switchyard/errors';
import { shapeFits } from '@switchyard/inference';
import { imageInputOf, type Manifest, type TensorSpec } from '@switchyard/model-registry';
import { formatShape, type Dtype, type Shape } from '@switchyard/tensor';
import { DATATYPES } from './datatype.js';

/** What a codec must know of the version it decodes for. */
export type ModelContract = Pick<Manifest, 'name' | 'signature' | 'preprocessing'>;

/** How an input is sent, before its data is looked at. */
export interface InputHead {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/**
 * Whether the input is sent as encoded pictures: models of images take a BYTES tensor, one file an element, in the place of pixels.
 * Triton's users send them as `[n]` and as `[n,1]`.
 */
export function isEncodedImages(model: ModelContract, { name, dtype, shape }: InputHead): boolean {
  return dtype === 'string' && (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) && imageInputOf(model)?.name === name;
}

/** @throws ServingError `invalid-input` with Triton's words unless the model has such an input, of this type and shape. */
export function checkInput(model: ModelContract, head: InputHead): void {
  const { name, dtype, shape } = head;
  const spec = model.signature.inputs.find((candidate) => candidate.name === name);
  if (spec === undefined) throw refused(`unexpected inference input '${shown(name)}' for model '${model.name}'`);
  if (isEncodedImages(model, head)) return;
  if (dtype !== spec.dtype) {
    throw refused(`inference input '${name}' data-type is '${DATATYPES[dtype].wire}', but model '${model.name}' expects '${DATATYPES[spec.dtype].wire}'`);
  }
  // A model that leaves the rank open says only when it runs what it takes.
  if (spec.openRank !== true && !shapeFits(shape, spec.shape)) {
    throw refused(`unexpected shape for input '${name}' for model '${model.name}'. Expected ${formatShape(spec.shape)}, got ${formatShape(shape)}`);
  }
}

/** @throws ServingError `invalid-input` with Triton's words when an input is missing. */
export function checkInputNames(model: ModelContract, given: readonly string[]): void {
  const { inputs } = model.signature;
  const missing = inputs.filter(({ name }) => !given.includes(name));
  if (missing.length === 0) return;
  const [got, lacking] = [given, missing.map(({ name }) => name)].map((names) => `[${names.map((name) => `'${shown(name)}'`).join(',')}]`);
  throw refused(
    `expected ${inputs.length} inputs but got ${given.length} inputs for model '${model.name}'. Got input(s) ${got}, but missing required input(s) ${lacking}. Please provide all required input(s).`,
  );
}

/** The output of this name. @throws ServingError `invalid-input` with Triton's words when the model has none. */
export function requestedOutput(model: ModelContract, name: string): TensorSpec {
  const spec = model.signature.outputs.find((candidate) => candidate.name === name);
  if (spec !== undefined) return spec;
  throw refused(`unexpected inference output '${shown(name)}' for model '${model.name}'`);
}

function refused(message: string): ServingError {
  return new ServingError('invalid-input', message);
}

const SHOWN_LENGTH = 100;

/** A caller's name for a message: bounded, however long it is. */
export function shown(name: string): string {
  return name.length <= SHOWN_LENGTH ? name : `${name.slice(0, SHOWN_LENGTH)}…`;
}
