import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { REASON_PIPE, type LimitMet, type ProcessLimits } from './process-limits.js';

/**
 * The program of a thread that ends its own process when that takes too long or too much memory, or when its parent has died.
 * A thread of its own, because native code that hangs or allocates blocks the main thread, and no parent's timer survives the parent.
 */
const CHECK_INTERVAL_MS = 50;

const { timeoutMs, maxMemoryBytes } = workerData as ProcessLimits;
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) end(undefined);
  if (process.memoryUsage.rss() > maxMemoryBytes) end('memory');
  if (process.uptime() * 1_000 > timeoutMs) end('time');
}, CHECK_INTERVAL_MS);

function end(reason: LimitMet | undefined): void {
  if (reason !== undefined) writeSync(REASON_PIPE, reason);
  process.kill(process.pid, 'SIGKILL');
}
