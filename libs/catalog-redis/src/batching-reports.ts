import type { Redis } from 'ioredis';
import type { BatchingState } from '@switchyard/batching';
import { ServingError } from '@switchyard/errors';

const REPORT_INTERVAL_MS = 1_000;
/** A worker that has said nothing for this long is gone, or has unloaded the model. */
const REPORT_TTL_MS = 5_000;

/** How one worker batches one version. */
export interface BatchingReport {
  readonly workerId: string;
  readonly version: number;
  readonly engine: string;
  /** Wall time. */
  readonly atMs: number;
  readonly state: BatchingState;
}

export interface BatchingReportsOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** The reports as they stand now, by model. */
  readonly describe: () => readonly (readonly [model: string, report: BatchingReport])[];
  readonly onError: (error: unknown) => void;
}

/** Tells every second how this worker batches, for whoever asks (`GET /models/{model}/batching`). */
export function startBatchingReports({ redis, prefix, describe, onError }: BatchingReportsOptions): { close(): Promise<void> } {
  const report = async (): Promise<void> => {
    const reports = describe();
    if (redis.status !== 'ready' || reports.length === 0) return;
    const commands = redis.multi();
    for (const [model, one] of reports) {
      const key = reportsKey(prefix, model);
      commands.hset(key, `${one.workerId}@${one.version}`, JSON.stringify(one)).pexpire(key, REPORT_TTL_MS);
    }
    await commands.exec();
  };
  const timer = setInterval(() => void report().catch(onError), REPORT_INTERVAL_MS);
  return {
    close: () => {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}

/** What the live workers say of one model. @throws ServingError `queue-unavailable` at once while Redis is away */
export async function readBatchingReports(redis: Redis, prefix: string, model: string): Promise<BatchingReport[]> {
  if (redis.status !== 'ready') throw new ServingError('queue-unavailable', 'The workers cannot be asked; please try again shortly.', { retryAfterMs: 2_000 });
  const reports = Object.values(await redis.hgetall(reportsKey(prefix, model))).map((text) => JSON.parse(text) as BatchingReport);
  return reports.filter(({ atMs }) => Date.now() - atMs < REPORT_TTL_MS).sort((a, b) => a.version - b.version || a.workerId.localeCompare(b.workerId));
}

function reportsKey(prefix: string, model: string): string {
  return `${prefix}:batching:${model}`;
}
