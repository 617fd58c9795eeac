import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '@switchyard/clock';
import { ServingError } from '@switchyard/errors';
import type { InferenceJob, InferenceQueue, InferenceReply, InferRequest, InferResponse, ServingCapacity } from '@switchyard/inference';
import { numericData, tensor, type Tensor } from '@switchyard/tensor';
import { Coupler } from './coupler.js';

/** A queue in memory whose worker answers x + 1 when told to. */
class ManualQueue implements InferenceQueue {
  readonly jobs: InferenceJob[] = [];
  readonly #answers: ((reply: InferenceReply) => void)[] = [];
  #open = false;
  #refusals = 0;

  request(job: InferenceJob): Promise<InferenceReply> {
    this.jobs.push(job);
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      return Promise.reject(new ServingError('queue-unavailable', 'refused'));
    }
    if (this.#open) return Promise.resolve(answer(job));
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  /** Answers one job. */
  async answer(index: number): Promise<void> {
    this.#answers[index]?.(answer(this.jobs[index] as InferenceJob));
    await turn();
    await turn();
  }

  /** The next job, at once. */
  refuse(): void {
    this.#refusals += 1;
  }

  openUp(): void {
    this.#open = true;
    this.#answers.splice(0).forEach((resolve, index) => resolve(answer(this.jobs[index] as InferenceJob)));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const POISON = -1;

function answer(job: InferenceJob): InferenceReply {
  const values = [...(numericData(job.inputs.get('x') ?? tensor('float32', [0], [])) as Float32Array)];
  const failures = values.flatMap((value, row) => (value === POISON ? [{ from: row, to: row + 1, error: new ServingError('engine-failed', 'poisoned') }] : []));
  return { outputs: new Map([['y', tensor('float32', [values.length, 1], Float32Array.from(values, (value) => value + 1))]]), failures };
}

/** A clock that stands still: no deadline passes unless a test moves it. */
const clock = new ManualClock();
/** What the worker can do at best; more than any test but one needs. */
const ROWS_PER_MS = 0.1;
const DEADLINE_AT_MS = clock.wallMs() + 60_000;

function request(values: number[], more: Partial<InferRequest> = {}): InferRequest {
  return {
    requestId: 'r', model: 'm', version: 1, rows: values.length, priority: 'interactive', deadlineAtMs: DEADLINE_AT_MS,
    inputs: new Map([['x', tensor('float32', [values.length, 1], Float32Array.from(values))]]), ...more,
  };
}

const valuesOf = ({ outputs }: InferResponse): number[] => [...outputs.values()].flatMap((of) => [...(numericData(of) as Float32Array)]);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function couplerOn(queue: InferenceQueue, maxRowsInHand = 1_000, jobsPerWorker = 1, capacity: Partial<ServingCapacity> = {}): Coupler {
  return new Coupler({
    queue, clock, jobsPerWorker, policy: { maxJobRows: 4, maxJobBytes: 1_000, maxRowsInHand, maxBytesInHand: 4_000 },
    capacityOf: () => ({ workers: 1, mostRowsPerMs: ROWS_PER_MS, batchRows: 1, ...capacity }),
  });
}

async function fourRowsInTwoJobs(): Promise<{ queue: ManualQueue; coupler: Coupler }> {
  const queue = new ManualQueue();
  const coupler = couplerOn(queue, 1_000, 2);
  for (const value of [1, 2, 3, 4]) void coupler.submit(request([value]));
  await turn();
  return { queue, coupler };
}

describe('Coupler', () => {
  it('sends a lone request at once when nothing is in flight', async () => {
    const queue = new ManualQueue();
    void couplerOn(queue).submit(request([1]));
    await turn();
    expect(queue.jobs.map((job) => job.rows)).toEqual([1]);
  });

  it('couples the requests of one turn, and those that arrive while a job is in flight', async () => {
    const queue = new ManualQueue();
    const coupler = couplerOn(queue);
    const answers = [coupler.submit(request([1])), coupler.submit(request([2]))];
    await turn();
    answers.push(coupler.submit(request([3])), coupler.submit(request([4, 5])), coupler.submit(request([6, 7])));
    await turn();
    queue.openUp();
    expect((await Promise.all(answers)).map(valuesOf)).toEqual([[2], [3], [4], [5, 6], [7, 8]]);
    expect(queue.jobs.map((job) => job.rows)).toEqual([2, 3, 2]);
  });

  it('shares the rows among the jobs that may be under way', async () => {
    const { queue } = await fourRowsInTwoJobs();
    expect(queue.jobs.map((job) => job.rows)).toEqual([2, 2]);
  });

  it('gives a job no more rows than a worker can answer in a moment, unless a batch of them is cheaper', async () => {
    const jobsOf = async (capacity: Partial<ServingCapacity>): Promise<number[]> => {
      const queue = new ManualQueue();
      const coupler = couplerOn(queue, 1_000, 1, capacity);
      const answers = [1, 2, 3, 4].map((value) => coupler.submit(request([value])));
      queue.openUp();
      await Promise.all(answers);
      return queue.jobs.map((job) => job.rows);
    };
    expect(await jobsOf({ mostRowsPerMs: 0.04 })).toEqual([2, 2]);
    expect(await jobsOf({ mostRowsPerMs: 0.04, workers: 2 })).toEqual([1, 1, 1, 1]);
    expect(await jobsOf({ mostRowsPerMs: 0.001 })).toEqual([1, 1, 1, 1]);
    expect(await jobsOf({ mostRowsPerMs: 0.001, batchRows: 4 })).toEqual([4]);
  });

  it('holds back less than a share while another job is under way, until it comes back', async () => {
    const { queue, coupler } = await fourRowsInTwoJobs();
    await queue.answer(0);
    void coupler.submit(request([5]));
    await turn();
    expect(queue.jobs).toHaveLength(2);
    void coupler.submit(request([6]));
    await turn();
    expect(queue.jobs.map((job) => job.rows)).toEqual([2, 2, 2]);
    await queue.answer(1);
    void coupler.submit(request([7]));
    await turn();
    await queue.answer(2);
    expect(queue.jobs.map((job) => job.rows)).toEqual([2, 2, 2, 1]);
  });

  it.each([
    ['for long: a job may never come back', 0, 10],
    ['of a trickle, which would not make a share in time', 20, 0],
  ])('holds nothing back %s', async (_, beforeMs, afterMs) => {
    const { queue, coupler } = await fourRowsInTwoJobs();
    await queue.answer(0);
    clock.advance(beforeMs);
    void coupler.submit(request([5]));
    await turn();
    clock.advance(afterMs);
    expect(queue.jobs.map((job) => job.rows)).toEqual([2, 2, 1]);
  });

  it('leaves nobody behind when a job fails within the turn in which the next requests come', async () => {
    const queue = new ManualQueue();
    const coupler = couplerOn(queue, 1_000, 2);
    const first = coupler.submit(request([1]));
    await turn();
    queue.refuse();
    const second = coupler.submit(request([2, 3])); // a share, so that it leaves when the first comes back
    queue.openUp();
    const refusal: unknown = await first.then(() => second).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ message: 'refused' });
    const third = coupler.submit(request([4]));
    await turn();
    await turn();
    expect(queue.jobs.map((job) => [...numericData(job.inputs.get('x') as Tensor)])).toEqual([[1], [2, 3], [4]]);
    expect(valuesOf(await third)).toEqual([5]);
  });

  it("gives every request its job's timing, and the job's executions to one of them", async () => {
    const timing = { queueMs: 1, preprocessMs: 2, computeMs: 3, batchRows: 8, executions: 2 };
    const queue: InferenceQueue = { request: (job) => Promise.resolve({ ...answer(job), timing }), close: () => Promise.resolve() };
    const coupler = couplerOn(queue);
    const responses = await Promise.all([1, 2, 3].map((value) => coupler.submit(request([value]))));
    expect(responses.map((response) => response.timing)).toEqual([timing, { ...timing, executions: 0 }, { ...timing, executions: 0 }]);
  });

  it('lets a request larger than a job travel alone', async () => {
    const queue = new ManualQueue();
    queue.openUp();
    expect(valuesOf(await couplerOn(queue).submit(request([1, 2, 3, 4, 5, 6])))).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('never couples requests of different versions, priorities or shapes', async () => {
    const queue = new ManualQueue();
    const coupler = couplerOn(queue);
    const wide = new Map([['x', tensor('float32', [1, 2], Float32Array.of(1, 2))]]);
    for (const more of [{}, { version: 2 }, { priority: 'bulk' as const }, { inputs: wide }]) void coupler.submit(request([1], more));
    await turn();
    expect(queue.jobs.map((job) => job.entries.length)).toEqual([1, 1, 1, 1]);
  });

  it('fails only the request whose row failed', async () => {
    const queue = new ManualQueue();
    queue.openUp();
    const coupler = couplerOn(queue);
    const settled = await Promise.allSettled([coupler.submit(request([1])), coupler.submit(request([POISON])), coupler.submit(request([3]))]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('answers at the deadline when no reply comes', async () => {
    const coupler = couplerOn(new ManualQueue());
    const answer = coupler.submit(request([1], { deadlineAtMs: clock.wallMs() + 20 }));
    clock.advance(20);
    await expect(answer).rejects.toMatchObject({ kind: 'deadline-exceeded' });
    expect(coupler.rowsInHand).toBe(0);
  });

  it('lets a cancelled request go, and never sends it when it has not left yet', async () => {
    const queue = new ManualQueue();
    const coupler = couplerOn(queue);
    const first = coupler.submit(request([1]));
    await turn();
    const gone = new AbortController();
    const waiting = coupler.submit(request([2]), gone.signal);
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    queue.openUp();
    expect(valuesOf(await first)).toEqual([2]);
    await turn();
    expect(queue.jobs).toHaveLength(1);
    expect(coupler.rowsInHand).toBe(0);
    await expect(coupler.submit(request([3]), gone.signal)).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('leaves nothing behind at a signal that many requests share', async () => {
    const queue = new ManualQueue();
    queue.openUp();
    const connection = new AbortController();
    const coupler = couplerOn(queue);
    for (const value of [1, 2]) await coupler.submit(request([value]), connection.signal);
    expect(getEventListeners(connection.signal, 'abort')).toEqual([]);
  });

  it('refuses requests beyond its bound', async () => {
    const coupler = couplerOn(new ManualQueue(), 2);
    void coupler.submit(request([1, 2]));
    await expect(coupler.submit(request([3]))).rejects.toMatchObject({ kind: 'overloaded', retryAfterMs: 1_000 });
  });

  it('refuses requests beyond its bound of bytes', async () => {
    const coupler = couplerOn(new ManualQueue(), 10_000);
    void coupler.submit(request(Array<number>(900).fill(1)));
    await expect(coupler.submit(request(Array<number>(200).fill(1)))).rejects.toMatchObject({
      kind: 'overloaded', message: 'The server has 3600 bytes of inputs in hand; with 800 more for model "m" it would pass its limit of 4000.',
    });
  });

  it('refuses at once who could not be answered in time however quick the workers are, and says when to come back', async () => {
    const queue = new ManualQueue();
    const coupler = couplerOn(queue);
    const within = (timeoutMs: number): Partial<InferRequest> => ({ deadlineAtMs: clock.wallMs() + timeoutMs });
    const answers = [coupler.submit(request([1, 2, 3, 4], within(1)))];
    await turn();
    answers.push(coupler.submit(request([5, 6])), coupler.submit(request([7, 8])));
    await expect(coupler.submit(request([9], within(89)))).rejects.toMatchObject({
      kind: 'overloaded', retryAfterMs: 90, message: '4 rows wait for model "m"; with this request they take at least 90 ms, longer than it has.',
    });
    answers.push(coupler.submit(request([9], within(90))));
    queue.openUp();
    expect((await Promise.all(answers)).flatMap(valuesOf)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('counts nobody who has gone among those that wait before', async () => {
    const queue = new ManualQueue();
    const coupler = couplerOn(queue);
    void coupler.submit(request([1]));
    await turn();
    const gone = new AbortController();
    const waiting = coupler.submit(request([2, 3, 4]), gone.signal);
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    const behind = coupler.submit(request([5], { deadlineAtMs: clock.wallMs() + 25 }));
    queue.openUp();
    expect(valuesOf(await behind)).toEqual([6]);
  });

  it('gives every caller its own rows, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 20 }), async (sizes) => {
        const queue = new ManualQueue();
        const coupler = couplerOn(queue);
        let next = 0;
        const expected = sizes.map((rows) => Array.from({ length: rows }, () => next++));
        const answers = expected.map((values) => coupler.submit(request(values)));
        await turn();
        queue.openUp();
        expect((await Promise.all(answers)).map(valuesOf)).toEqual(expected.map((values) => values.map((value) => value + 1)));
        expect(queue.jobs.every((job) => job.rows <= 4 || job.entries.length === 1)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
