import type { ServingError } from '@switchyard/errors';
import { allocate, concatRowsOfAll, elementCount, type NumericDtype, type Tensor, type TensorMap } from '@switchyard/tensor';

/** Rows `[from, to)` and what became of them. */
export type RowsOutcome =
  | { readonly from: number; readonly to: number; readonly outputs: TensorMap }
  | { readonly from: number; readonly to: number; readonly error: ServingError };

/** Rows without an answer, and why. */
export interface FailedRows {
  readonly from: number;
  readonly to: number;
  readonly error: ServingError;
}

/** Outputs for every row (zeros where a failure says there is no answer; empty when all failed). */
export interface JoinedRows {
  readonly outputs: TensorMap;
  readonly failures: readonly FailedRows[];
}

/** Puts the outcomes, in whatever order they came, together as one answer. At least one outcome per row is expected, and none twice. */
export function joinOutcomes(outcomes: readonly RowsOutcome[]): JoinedRows {
  const ordered = [...outcomes].sort((a, b) => a.from - b.from);
  const failures = ordered.flatMap((outcome) => ('error' in outcome ? [outcome] : []));
  const sample = ordered.find((outcome) => 'outputs' in outcome);
  if (sample === undefined || !('outputs' in sample)) return { outputs: new Map(), failures };
  const parts = ordered.map((outcome) => ('outputs' in outcome ? outcome.outputs : zerosLike(sample.outputs, outcome.to - outcome.from)));
  return { outputs: concatRowsOfAll(parts), failures };
}

function zerosLike(outputs: TensorMap, rows: number): TensorMap {
  return new Map([...outputs].map(([name, of]) => [name, zeros(of, [rows, ...of.shape.slice(1)])]));
}

function zeros(like: Tensor, shape: number[]): Tensor {
  const length = elementCount(shape);
  const data = like.dtype === 'string' ? Array.from({ length }, () => new Uint8Array(0)) : allocate(like.dtype as NumericDtype, length);
  return { dtype: like.dtype, shape, data };
}
