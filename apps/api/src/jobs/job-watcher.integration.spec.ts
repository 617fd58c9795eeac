import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { hasEnded, type InferRequest, type JobState } from '@switchyard/inference';
import { createInMemoryObjectStore } from '@switchyard/object-store';
import { BullmqInferenceJobs, JobRecords, RedisJobNotices } from '@switchyard/queue-bullmq';
import { tensor } from '@switchyard/tensor';
import { testRedis, until, type TestRedis } from '@switchyard/test-kit';
import { Redis } from 'ioredis';
import { awaitJob } from './await-job.js';
import { jobStates } from './job-states.js';
import { JobWatcher, type JobWatcherOptions } from './job-watcher.js';

const DEADLINE_MS = 5_000;
/** Longer than any test: whatever is seen came by a notice. */
const NEVER_MS = 600_000;
const ANSWER = { reply: { outputs: new Map(), failures: [] } };

let server: TestRedis;
let redis: Redis;
let records: JobRecords;
let jobs: BullmqInferenceJobs;
const started: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  server = await testRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  records = new JobRecords({ redis, prefix: server.prefix, store: createInMemoryObjectStore(), resultTtlMs: 60_000 });
  jobs = new BullmqInferenceJobs({ redis, prefix: server.prefix, records, maxJobRows: 128, maxJobBytes: 1_000_000 });
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((thing) => thing.close()));
});
afterAll(async () => {
  await jobs.close();
  await redis.quit();
  await server.close();
});

function watcherWith({ noticesFrom = server.prefix, ...options }: Partial<JobWatcherOptions> & { noticesFrom?: string } = {}): JobWatcher {
  const notices = new RedisJobNotices(redis, noticesFrom);
  const watcher = new JobWatcher({ jobs, notices, lookEveryMs: NEVER_MS, maxListeners: 10, ...options });
  started.push(watcher, notices);
  return watcher;
}

async function submit(): Promise<string> {
  const inputs = new Map([['x', tensor('float32', [1], Float32Array.of(1))]]);
  const request: InferRequest = { requestId: 'r', model: `m-${randomUUID()}`, version: 1, rows: 1, priority: 'normal', deadlineAtMs: Date.now() + 60_000, inputs };
  return (await jobs.submit(request, 'row')).id;
}

/** Reads the states of a job as they come. */
function follow(watcher: JobWatcher, id: string, { idleMs = NEVER_MS, signal = new AbortController().signal } = {}) {
  const seen: (JobState['status'] | 'idle')[] = [];
  const done = (async () => {
    for await (const state of jobStates(watcher, id, { idleMs, signal })) seen.push(state?.status ?? 'idle');
  })();
  const sees = (status: string): Promise<boolean> => until(() => seen.includes(status as 'idle'), { deadlineMs: DEADLINE_MS, describe: `"${status}" to be told` });
  return { seen, done, sees };
}

describe('JobWatcher', () => {
  it('tells each of many the states of a job until it has ended', async () => {
    const watcher = watcherWith();
    const id = await submit();
    const followers = Array.from({ length: 5 }, () => follow(watcher, id));
    await Promise.all(followers.map(({ sees }) => sees('queued')));
    await records.start([id]);
    await Promise.all(followers.map(({ sees }) => sees('running')));
    await records.end([{ id, answer: ANSWER }]);
    await Promise.all(followers.map(({ done }) => done));
    for (const { seen } of followers) expect(seen).toEqual(['queued', 'running', 'succeeded']);
    const late = follow(watcher, id);
    await late.done;
    expect(late.seen).toEqual(['succeeded']);
  });

  it('looks by itself where no notice comes, and ends for a job that has expired', async () => {
    const watcher = watcherWith({ noticesFrom: `${server.prefix}:elsewhere`, lookEveryMs: 20 });
    const [ending, expiring] = [await submit(), await submit()];
    const followers = [follow(watcher, ending), follow(watcher, expiring)] as const;
    await Promise.all(followers.map(({ sees }) => sees('queued')));
    await records.cancel(ending);
    await redis.del(`${server.prefix}:job:${expiring}`);
    await Promise.all(followers.map(({ done }) => done));
    expect(followers.map(({ seen }) => seen)).toEqual([['queued', 'canceled'], ['queued']]);
  });

  it('says so while nothing changes', async () => {
    const gone = new AbortController();
    const { sees, done, seen } = follow(watcherWith(), await submit(), { idleMs: 10, signal: gone.signal });
    await sees('idle');
    gone.abort();
    await done;
    expect(seen[0]).toBe('queued');
  });

  it('refuses more listeners than it may have, and takes new ones when others leave', async () => {
    const watcher = watcherWith({ maxListeners: 2 });
    const id = await submit();
    const gone = new AbortController();
    const two = [follow(watcher, id, { signal: gone.signal }), follow(watcher, id)];
    await Promise.all(two.map(({ sees }) => sees('queued')));
    await expect(follow(watcher, id).done).rejects.toMatchObject({ kind: 'overloaded', retryAfterMs: 1_000 });
    gone.abort();
    await two[0]!.done;
    const third = follow(watcher, id);
    await third.sees('queued');
    await expect(follow(watcher, randomUUID()).done).rejects.toMatchObject({ kind: 'overloaded' });
    await records.cancel(id);
    await Promise.all([two[1]!.done, third.done]);
    await expect(follow(watcher, randomUUID()).done).rejects.toMatchObject({ kind: 'job-not-found' });
  });

  it('lets everybody go when it closes', async () => {
    const watcher = watcherWith();
    const id = await submit();
    const { sees, done, seen } = follow(watcher, id);
    const waiting = awaitJob(watcher, id, { waitMs: NEVER_MS, signal: new AbortController().signal });
    await sees('queued');
    await watcher.close();
    await done;
    expect([seen, (await waiting).status]).toEqual([['queued'], 'queued']);
  });
});

describe('awaitJob', () => {
  it('answers with the end of the job, else with how it is when the time is over or the caller has gone', async () => {
    const watcher = watcherWith();
    const signal = new AbortController().signal;
    const id = await submit();
    const ended = awaitJob(watcher, id, { waitMs: NEVER_MS, signal });
    expect(hasEnded(await awaitJob(watcher, id, { waitMs: 20, signal }))).toBe(false);
    expect(hasEnded(await awaitJob(watcher, id, { waitMs: NEVER_MS, signal: AbortSignal.abort() }))).toBe(false);
    await records.end([{ id, answer: ANSWER }]);
    expect(hasEnded(await ended)).toBe(true);
  });
});
