import { ServingError } from '@switchyard/errors';
import { formatShape } from '@switchyard/tensor';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import type { ModelDeclaration, TensorDeclaration } from './assert-signature.js';
import { fixedRowsOf } from './fixed-rows.js';

export interface DerivedSignature {
  readonly signature: Signature;
  /** Rows that one run takes, where the file allows only that many. */
  readonly fixedRows: number | null;
}

/**
 * Makes the signature of a manifest out of what a model file declares: dimension 0 of every tensor becomes -1, an unknown rank becomes `openRank`.
 * @throws ServingError `model-invalid` when a tensor has no dimension for the rows, or no element type is stated.
 */
export function deriveSignature(declared: ModelDeclaration): DerivedSignature {
  if (declared.inputs.length === 0) throw invalid('The model takes no inputs; at least one is expected, with a dimension for the rows.');
  if (declared.outputs.length === 0) throw invalid('The model gives no outputs; at least one is expected, with a dimension for the rows.');
  const signature = {
    inputs: declared.inputs.map((declaration) => specOf('input', declaration)),
    outputs: declared.outputs.map((declaration) => specOf('output', declaration)),
  };
  return { signature, fixedRows: fixedRowsOf(declared) };
}

function specOf(direction: 'input' | 'output', { name, dtype, shape }: TensorDeclaration): TensorSpec {
  if (dtype === null) throw invalid(`The file does not say of which type the ${direction} "${name}" is; a signature needs it.`);
  if (shape === null) return { name, dtype, shape: [-1], openRank: true, finite: false };
  if (shape.length === 0) throw invalid(`The ${direction} "${name}" is a single value without dimensions; dimension 0 must count the rows.`);
  if (shape.includes(0)) throw invalid(`The ${direction} "${name}" has shape ${formatShape(shape.map((size) => size ?? -1))}, which holds nothing.`);
  return { name, dtype, shape: [-1, ...shape.slice(1).map((size) => size ?? -1)], finite: false };
}

function invalid(message: string): ServingError {
  return new ServingError('model-invalid', message);
}
