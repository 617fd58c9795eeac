/** Where the time of a job went in its worker. */
export interface ReplyTiming {
  /** From the worker's taking the job to the start of its first batch, without preprocessing. */
  readonly queueMs: number;
  /** Making tensors of what was sent, as decoding pictures. */
  readonly preprocessMs: number;
  /** From the start of its first batch to the end of its last. */
  readonly computeMs: number;
  /** Rows of the largest of these batches, its neighbours' included. */
  readonly batchRows: number;
  /** Rows that batch ran with, those it was filled up with included; absent where the worker does not say. */
  readonly runRows?: number;
  /** Batches whose first row was the job's: summed over all jobs, each batch counts once. */
  readonly executions: number;
}

/** For answers whose worker did not say. */
export const NO_TIMING: ReplyTiming = { queueMs: 0, preprocessMs: 0, computeMs: 0, batchRows: 0, executions: 0 };
