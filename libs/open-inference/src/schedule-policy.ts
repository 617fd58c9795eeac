import type { Priority } from '@switchyard/inference';

/**
 * Triton's `priority` (1 goes first, 0 means the default) as ours: 2 is behind whoever waits for an answer, 3 and more is bulk work
 * (https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_schedule_policy.md).
 */
export function priorityOf(priority: number): Priority {
  if (priority <= 1) return 'interactive';
  return priority === 2 ? 'normal' : 'bulk';
}

/** Triton's `timeout` in microseconds as whole milliseconds, at least one; undefined for 0, which means the default. */
export function timeoutMsOf(timeoutMicros: number): number | undefined {
  return timeoutMicros <= 0 ? undefined : Math.ceil(timeoutMicros / 1_000);
}
