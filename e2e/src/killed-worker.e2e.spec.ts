import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SupervisedService } from '@switchyard/local-stack';
import { until } from '@switchyard/test-kit';
import { loadDigits, type Digits } from './failures/digit-rows.js';
import { freeze } from './failures/freeze.js';
import { awaitJobs, predictDigits, submitDigits } from './failures/inference-client.js';
import { readMetric } from './failures/metrics.js';
import { watchQueue, type QueueWatch } from './failures/queue-watch.js';
import { inParallel } from './stack/http.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const SYNC_CALLERS = 64;
/** Callers come no more after this, should the worker never be caught. */
const SYNC_LOAD_MS = 60_000;
const ASYNC_JOBS = 1_000;
const ASYNC_CONNECTIONS = 16;
/** The api's own limit for sync requests. */
const DEADLINE_MS = 30_000;

let stack: TrainedStack;
let digits: Digits;
let watch: QueueWatch;

beforeAll(async () => {
  stack = await startTrainedStack({ workers: 2, env: { LOG_LEVEL: 'warn' } });
  digits = await loadDigits(stack.objectsDirectory, 100);
  watch = await watchQueue(stack.redisUrl, 'mnist');
}, 400_000);
afterAll(async () => {
  await watch?.close();
  await stack?.close();
}, 60_000);

describe('a worker killed in the middle of its work', () => {
  it('costs no sync caller an answer, and no asynchronous job its end', async () => {
    const answeredMs: number[] = [];
    const load = new AbortController();
    // The workers are quicker than one api: only a backlog makes sure that both have their hands full.
    await watch.pause();
    let taken = 0;
    // Half of them each a job of the queue, half sharing them.
    const submitted = inParallel(Array.from({ length: ASYNC_JOBS }), ASYNC_CONNECTIONS, async (_, index) => {
      const job = await submitDigits(stack.httpUrl, digits.rows(index * 3, 1 + (index % 8)), index % 2 === 0 ? `killed-worker-${index}` : undefined);
      taken += 1;
      return job;
    });
    const answers = callAgainAndAgain(load.signal, answeredMs);
    await until(() => taken >= ASYNC_JOBS / 2, { deadlineMs: 30_000, describe: 'half of the jobs to wait' });
    const [victim, other] = stack.workers as [SupervisedService, SupervisedService];
    const release = freeze(other); // so that what is taken is in the victim's hands
    await watch.resume();
    await until(() => isCaughtWithJobs(victim), { deadlineMs: 10_000, describe: 'the worker to have jobs in hand' });
    const killedAtMs = performance.now();
    load.abort();
    await victim.kill();
    release();
    const restarted = until(() => stack.events.some(({ kind }) => kind === 'restarted'), { deadlineMs: 10_000 })
      .then(() => stack.workers[0]?.ready())
      .then(() => performance.now() - killedAtMs);

    expect(await answers).toEqual([]);
    const jobs = await submitted;
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(ASYNC_JOBS);
    expect(await awaitJobs(stack.httpUrl, jobs, 60_000)).toEqual([]);
    const lastJobMs = performance.now() - killedAtMs;
    const lastAnswerMs = Math.max(...answeredMs) - killedAtMs;
    process.stderr.write(`worker killed with ${watch.stalledJobs()} jobs in hand: last sync answer after ${seconds(lastAnswerMs)}, last job after ${seconds(lastJobMs)}; worker ready again after ${seconds(await restarted)}\n`);
    expect(watch.stalledJobs()).toBeGreaterThan(0);
    expect(answeredMs.filter((ms) => ms > killedAtMs).length).toBeGreaterThan(0);
  }, 120_000);

  /** Sync callers of whom each has a request under way until the load ends, so that the worker dies with some of theirs in hand. @returns what was wrong */
  async function callAgainAndAgain(load: AbortSignal, answeredMs: number[]): Promise<string[]> {
    const endsAtMs = performance.now() + SYNC_LOAD_MS;
    const problems: string[] = [];
    await Promise.all(Array.from({ length: SYNC_CALLERS }, async (_, caller) => {
      for (let call = 0; !load.aborted && performance.now() < endsAtMs; call += 1) {
        const startedMs = performance.now();
        const problem = await predictDigits(stack.httpUrl, digits.rows(caller * 7 + call, 1 + ((caller + call) % 40)));
        answeredMs.push(performance.now());
        if (problem !== null) problems.push(problem);
        if (performance.now() - startedMs > DEADLINE_MS) problems.push(`call ${call} of caller ${caller} took longer than its deadline`);
      }
    }));
    return problems;
  }

  /** Stops it in the middle of its work: it is so quick that it would have none left when it is killed. */
  async function isCaughtWithJobs(worker: SupervisedService): Promise<boolean> {
    if ((await watch.jobsInHand()).size === 0) return false;
    const release = freeze(worker);
    if ((await watch.jobsInHand()).size > 0) return true;
    release();
    return false;
  }

  it('leaves nothing behind in the queue', async () => {
    await until(async () => Object.values(await watch.leftovers()).every((count) => count === 0), { deadlineMs: 10_000 }).catch(async () => {
      expect(await watch.leftovers()).toEqual({});
    });
  }, 30_000);

  it('is started again and takes its share', async () => {
    expect(stack.events.map(({ kind, service }) => `${service} ${kind}`)).toEqual(['inference-worker-1 died', 'inference-worker-1 restarted']);
    const [restarted] = stack.workers;
    await until(
      async () => {
        expect(await predictDigits(stack.httpUrl, digits.rows(0, 4))).toBeNull();
        return (await readMetric(restarted?.url ?? '', 'switchyard_batches_total', 'model="mnist"')) > 0;
      },
      { deadlineMs: 20_000, describe: 'the restarted worker to run a batch' },
    );
  }, 60_000);
});

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
