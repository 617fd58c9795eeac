import { ServingError } from '@switchyard/errors';
import { concatRowsOfAll, rowCount, sliceRowsOfAll, type TensorMap } from '@switchyard/tensor';
import type { TensorDeclaration } from './assert-signature.js';
import type { NativeModel } from './define-engine.js';

/**
 * A model that takes exactly `rows` rows, seen as one that takes any number: batches are split, and the last piece is filled up
 * with copies of its last row, whose answers are dropped. Copies rather than zeros: they cannot make a model fail that the row alone does not.
 */
export function withFixedRows(native: NativeModel, rows: number): NativeModel {
  const { inputs, outputs } = native.declared;
  return {
    declared: { inputs: inputs.map(openRows), outputs: outputs.map(openRows) },
    async run(batch) {
      const total = rowCount(batch);
      const answers: TensorMap[] = [];
      for (let from = 0; from < total; from += rows) {
        const piece = sliceRowsOfAll(batch, from, Math.min(from + rows, total));
        answers.push(answersOf(piece, await native.run(filledUp(piece, rows)), rows));
      }
      return concatRowsOfAll(answers);
    },
    release: () => native.release(),
  };
}

function openRows(declaration: TensorDeclaration): TensorDeclaration {
  return { ...declaration, shape: declaration.shape === null ? null : [null, ...declaration.shape.slice(1)] };
}

function filledUp(piece: TensorMap, rows: number): TensorMap {
  const given = rowCount(piece);
  if (given === rows) return piece;
  const last = sliceRowsOfAll(piece, given - 1, given);
  return concatRowsOfAll([piece, ...Array.from({ length: rows - given }, () => last)]);
}

/** An output with another number of rows would shift the answers of all rows behind it. @throws ServingError `engine-failed` */
function answersOf(piece: TensorMap, outputs: TensorMap, rows: number): TensorMap {
  for (const [name, { shape }] of outputs) {
    if (shape[0] !== rows) throw new ServingError('engine-failed', `The model takes ${rows} rows at a time; its output "${name}" answered them with ${shape[0] ?? 'no'} rows.`);
  }
  return sliceRowsOfAll(outputs, 0, rowCount(piece));
}
