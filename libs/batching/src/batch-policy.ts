/** Bounds of the batches of one model; may be changed while it serves. Sizes count rows. */
export interface BatchPolicy {
  /** No batch is larger; larger requests are split over several. */
  readonly maxBatchRows: number;
  /** Rows that may wait; beyond it a request is refused as `overloaded`. */
  readonly maxQueuedRows: number;
  /** Bytes of inputs that may wait; beyond it a request is refused as `overloaded`. */
  readonly maxQueuedBytes: number;
  /**
   * How long an idle engine may leave rows waiting for a better batch. 0, the default: never. Under load batches make themselves, because
   * rows gather while the engine runs; waiting pays only where a run's fixed cost is large against the time between arrivals.
   */
  readonly maxQueueDelayMs: number;
}

/** Sizes measured at warm-up: powers of two up to the largest batch, and that one. */
export function allowedBatchRows(maxBatchRows: number): number[] {
  const sizes: number[] = [];
  for (let rows = 1; rows < maxBatchRows; rows *= 2) sizes.push(rows);
  return [...sizes, maxBatchRows];
}
