import { ServingError } from '@switchyard/errors';
import type { ModelDeclaration, TensorDeclaration } from './assert-signature.js';

/**
 * How many rows a file takes when it takes only that many (`[8,3,224,224]`); null when it leaves them open.
 * @throws ServingError `model-invalid` when its tensors do not agree on dimension 0: then it does not count rows.
 */
export function fixedRowsOf({ inputs, outputs }: ModelDeclaration): number | null {
  const fixed = inputs.find((input) => rowsOf(input) !== null);
  const rows = fixed === undefined ? null : rowsOf(fixed);
  const stranger = inputs.find((input) => rowsOf(input) !== rows);
  if (fixed !== undefined && stranger !== undefined) {
    throw noBatch(
      `the input "${fixed.name}" has exactly ${rows} there, the input "${stranger.name}" ${rowsOf(stranger) ?? 'any number'}`,
    );
  }
  const constant = outputs.find((output) => rowsOf(output) !== null && rowsOf(output) !== rows);
  if (constant !== undefined)
    throw noBatch(`the output "${constant.name}" has exactly ${rowsOf(constant)} there, the inputs ${rows ?? 'any number'}`);
  return rows;
}

function rowsOf({ shape }: TensorDeclaration): number | null {
  return shape?.[0] ?? null;
}

function noBatch(difference: string): ServingError {
  return new ServingError('model-invalid', `The model has no batch dimension: dimension 0 of every tensor must count the rows, but ${difference}.`);
}
