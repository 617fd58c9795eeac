import type { PolicyKind, PolicyView } from '../policy.js';

/**
 * A largest batch and a longest wait, counted from the oldest row: what mosec, MLServer, TorchServe and KServe's batcher do with theirs set
 * to these values. Rows past their deadline are dropped when they would leave.
 */
export function fixedWindow(windowMs: number): PolicyKind {
  return {
    name: `fixed window, ${windowMs} ms`,
    create: ({ maxBatchRows }) => ({
      accepts: () => true,
      decide({ nowMs, waitingRows, arrivedAtMs, deadlineMs }: PolicyView) {
        let dropRows = 0;
        while (dropRows < waitingRows && arrivedAtMs(dropRows) + deadlineMs <= nowMs) dropRows += 1;
        const rows = Math.min(waitingRows - dropRows, maxBatchRows);
        if (rows === 0) return { dropRows };
        const untilMs = arrivedAtMs(dropRows) + windowMs;
        return rows === maxBatchRows || untilMs <= nowMs ? { rows, dropRows } : { untilMs, dropRows };
      },
      learn: () => undefined,
    }),
  };
}
