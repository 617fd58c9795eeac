import type { PolicyKind, PolicyView } from '../policy.js';

const PREFERRED_ROWS = [8, 32];

/**
 * Triton's dynamic batcher: when an instance is free, the largest preferred size that waits leaves at once; else what waits leaves once its
 * oldest row is `maxQueueDelayMs` old. No deadline by default. (triton-inference-server/core, dynamic_batch_scheduler.cc)
 */
export function triton(maxQueueDelayMs: number): PolicyKind {
  return {
    name: `Triton-style, delay ${maxQueueDelayMs} ms`,
    create: ({ maxBatchRows }) => ({
      accepts: () => true,
      decide({ nowMs, waitingRows, arrivedAtMs }: PolicyView) {
        if (waitingRows >= maxBatchRows) return { rows: maxBatchRows };
        const preferred = PREFERRED_ROWS.findLast((rows) => rows <= waitingRows);
        if (preferred !== undefined) return { rows: preferred };
        const untilMs = arrivedAtMs(0) + maxQueueDelayMs;
        return untilMs <= nowMs ? { rows: waitingRows } : { untilMs };
      },
      learn: () => undefined,
    }),
  };
}
