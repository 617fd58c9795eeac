import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { freePort, startService, type ServiceProcess } from '@switchyard/local-stack';
import { testRedis, until, type TestRedis } from '@switchyard/test-kit';
import { TRAINING_QUEUE, type TrainingJob } from '@switchyard/training';
import { enqueueRun } from './run-queue.js';

const ENTRY = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** Lasts longer than any test here. */
const endless = { name: 'points', model: 'points', dataset: 'two-feature-points', trainer: 'two-feature-classifier', epochs: 1_000, batchSize: 8, learningRate: 0.01 };
const job: TrainingJob = { pipeline: 'points', trigger: 'request', requestedBy: 'ada', overrides: {} };

describe('trainer processes', () => {
  let folder: string;
  let server: TestRedis;
  let redis: Redis;
  let queue: Queue;
  let started: ServiceProcess[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'takeover-'));
    await mkdir(join(folder, 'pipelines'));
    await mkdir(join(folder, 'objects'));
    await writeFile(join(folder, 'pipelines', 'points.json'), JSON.stringify(endless));
    server = await testRedis();
    redis = new Redis(server.url, { maxRetriesPerRequest: null });
    queue = new Queue(TRAINING_QUEUE, { connection: redis, prefix: server.prefix });
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((trainer) => trainer.kill()));
    await queue.close();
    redis.disconnect();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('take over the run of one that was killed, within 30 seconds', async () => {
    const first = await startTrainer('first');
    const runId = await enqueueRun(queue, job);
    await until(() => isFitting(runId), { deadlineMs: 30_000, describe: 'the first trainer to fit' });
    const second = await startTrainer('second');
    await first.kill();
    const killedAtMs = Date.now();
    await until(async () => ((await queue.getJob(runId))?.processedOn ?? 0) > killedAtMs, { deadlineMs: 30_000, describe: 'the second trainer to begin' });
    await until(() => isFitting(runId), { deadlineMs: 30_000, describe: 'the second trainer to fit' });
    expect(second.isRunning).toBe(true);
  }, 120_000);

  it('give a run back to the queue when they are asked to stop, and stop within seconds', async () => {
    const trainer = await startTrainer('only');
    const runId = await enqueueRun(queue, job);
    await until(() => isFitting(runId), { deadlineMs: 30_000, describe: 'the trainer to fit' });
    const askedAtMs = Date.now();
    expect(await trainer.stop()).toEqual({ code: 0, signal: null });
    expect(Date.now() - askedAtMs).toBeLessThan(10_000);
    expect(await queue.getJobState(runId)).toBe('waiting');
  }, 90_000);

  it('stop working on a run whose lock they have lost, so that it can be taken up again', async () => {
    await startTrainer('only');
    const runId = await enqueueRun(queue, job);
    await until(() => isFitting(runId), { deadlineMs: 30_000, describe: 'the trainer to fit' });
    const begunAtMs = (await queue.getJob(runId))?.processedOn ?? 0;
    await redis.set(`${server.prefix}:${TRAINING_QUEUE}:${runId}:lock`, 'somebody else', 'PX', 9_000);
    await until(async () => ((await queue.getJob(runId))?.processedOn ?? 0) > begunAtMs, { deadlineMs: 60_000, describe: 'the run to be begun anew' });
  }, 120_000);

  it('fail a job for a pipeline they do not have at once, with the pipelines there are', async () => {
    await startTrainer('only');
    const runId = await enqueueRun(queue, { ...job, pipeline: 'nonsense' });
    await until(async () => (await queue.getJobState(runId)) === 'failed', { deadlineMs: 30_000, describe: 'the job to fail' });
    expect(await queue.getJob(runId)).toMatchObject({ attemptsMade: 1, failedReason: 'There is no pipeline "nonsense"; the pipelines are: points.' });
  }, 90_000);

  async function startTrainer(name: string): Promise<ServiceProcess> {
    const opsPort = await freePort();
    const env = {
      ...process.env, NODE_OPTIONS: '', REDIS_URL: server.url, QUEUE_PREFIX: server.prefix, OPS_PORT: String(opsPort), PIPELINES_DIRECTORY: join(folder, 'pipelines'),
      OBJECT_STORE_URL: pathToFileURL(join(folder, 'objects')).href, LOG_LEVEL: 'warn',
    };
    const trainer = startService({ name, entry: ENTRY, env, opsPort });
    started.push(trainer);
    await trainer.ready();
    return trainer;
  }

  async function isFitting(runId: string): Promise<boolean> {
    const found = await queue.getJob(runId);
    return (await found?.getState()) === 'active' && (found?.progress as { step?: string }).step === 'fit';
  }
});
