/** Bounds of the batches of one model. Sizes count rows. */
export interface BatchPolicy {
  /** No batch is larger; larger requests are split over several. */
  readonly maxBatchRows: number;
  /** Rows that may wait; beyond it a request is refused as `overloaded`. */
  readonly maxQueuedRows: number;
}

/** Sizes measured at warm-up: powers of two up to the largest batch, and that one. */
export function allowedBatchRows(maxBatchRows: number): number[] {
  const sizes: number[] = [];
  for (let rows = 1; rows < maxBatchRows; rows *= 2) sizes.push(rows);
  return [...sizes, maxBatchRows];
}
