import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServingError } from '@switchyard/errors';
import { numericData, tensor } from '@switchyard/tensor';
import type { InferenceJob, InferenceReply } from './inference-job.js';
import type { InferenceConsumer, InferenceQueue } from './inference-queue.js';

/** The two ends of one queue; each `queue()` is a producer of its own, as in an api process of its own. */
export interface QueueUnderTest {
  queue(): InferenceQueue;
  consumer(): InferenceConsumer;
  close(): Promise<void>;
}

/** What every pair of InferenceQueue and InferenceConsumer must do. */
export function inferenceQueueConformance(name: string, create: () => Promise<QueueUnderTest>): void {
  describe(`${name} as an inference queue`, () => {
    let under: QueueUnderTest;
    beforeAll(async () => {
      under = await create();
    });
    afterAll(() => under.close());

    it('carries the rows to a worker and its answer back, unchanged', async () => {
      const model = `m-${randomUUID()}`;
      const seen: InferenceJob[] = [];
      under.consumer().consume(model, (job) => (seen.push(job), Promise.resolve(plusOne(job))), { maxJobs: 4 });
      const job = jobOf(model, [1.5, -2, 3e-9]);
      const reply = await under.queue().request(job);
      expect(valuesOf(reply)).toEqual(valuesOf(plusOne(job)));
      expect(reply.timing).toEqual(plusOne(job).timing);
      expect(seen[0]).toMatchObject({ id: job.id, model, version: 3, priority: 'interactive', rows: 3, entries: job.entries });
    });

    it('carries inputs of any size', async () => {
      const model = `m-${randomUUID()}`;
      under.consumer().consume(model, (job) => Promise.resolve(plusOne(job)), { maxJobs: 4 });
      const queue = under.queue();
      for (const rows of [1, 1_000, 2_000, 100_000]) {
        const job = jobOf(model, Array.from({ length: rows }, (_, row) => row));
        expect(valuesOf(await queue.request(job))).toEqual(valuesOf(plusOne(job)));
      }
    });

    it('gives each of many callers on several producers its own answer', async () => {
      const model = `m-${randomUUID()}`;
      under.consumer().consume(model, (job) => Promise.resolve(plusOne(job)), { maxJobs: 16 });
      const queues = [under.queue(), under.queue()];
      const jobs = Array.from({ length: 200 }, (_, index) => jobOf(model, Array.from({ length: 1 + (index % 5) }, (_, row) => index * 10 + row)));
      const replies = await Promise.all(jobs.map((job, index) => (queues[index % 2] as InferenceQueue).request(job)));
      replies.forEach((reply, index) => expect(valuesOf(reply)).toEqual(valuesOf(plusOne(jobs[index] as InferenceJob))));
    });

    it('keeps jobs for a worker that comes later', async () => {
      const model = `m-${randomUUID()}`;
      const reply = under.queue().request(jobOf(model, [1]));
      under.consumer().consume(model, (job) => Promise.resolve(plusOne(job)), { maxJobs: 1 });
      expect(valuesOf(await reply)).toEqual([2]);
    });

    it('brings a failure back with its kind and words, and fails only the rows it names', async () => {
      const model = `m-${randomUUID()}`;
      under.consumer().consume(model, (job) => failing(job), { maxJobs: 1 });
      const queue = under.queue();
      await expect(queue.request(jobOf(model, [0]))).rejects.toMatchObject({ kind: 'engine-failed', message: 'It broke.' });
      expect((await queue.request(jobOf(model, [1, 2]))).failures).toMatchObject([{ from: 1, to: 2, error: { kind: 'cancelled' } }]);
    });

    it('answers with deadline-exceeded when no worker takes the job', async () => {
      const job = jobOf(`m-${randomUUID()}`, [1], Date.now() + 50);
      await expect(under.queue().request(job)).rejects.toMatchObject({ kind: 'deadline-exceeded' });
    });

    it('takes rows of the first class while later ones have all places', async () => {
      const model = `m-${randomUUID()}`;
      let begun = 0;
      let allBegin!: () => void;
      const allBegun = new Promise<void>((resolve) => (allBegin = resolve));
      let end!: () => void;
      const ended = new Promise<void>((resolve) => (end = resolve));
      const handle = async (job: InferenceJob): Promise<InferenceReply> => {
        if (job.priority === 'interactive') return plusOne(job);
        if (++begun === 2) allBegin();
        await ended;
        return plusOne(job);
      };
      under.consumer().consume(model, handle, { maxJobs: 2 });
      const queue = under.queue();
      const later = [1, 2, 3].map((value) => queue.request({ ...jobOf(model, [value]), priority: 'bulk' }));
      await allBegun;
      const first = queue.request(jobOf(model, [7], Date.now() + 2_000)).finally(end);
      expect(valuesOf(await first)).toEqual([8]);
      expect((await Promise.all(later)).flatMap(valuesOf)).toEqual([2, 3, 4]);
    });

    it('finishes the jobs in hand before a consumer ends', async () => {
      const model = `m-${randomUUID()}`;
      let begun!: () => void;
      const begins = new Promise<void>((resolve) => (begun = resolve));
      let finish!: () => void;
      const finished = new Promise<void>((resolve) => (finish = resolve));
      const stop = under.consumer().consume(model, async (job) => (begun(), await finished, plusOne(job)), { maxJobs: 1 });
      const reply = under.queue().request(jobOf(model, [1]));
      await begins;
      const stopped = stop();
      finish();
      expect(valuesOf(await reply)).toEqual([2]);
      await stopped;
    });
  });
}

function jobOf(model: string, values: number[], deadlineAtMs = Date.now() + 20_000): InferenceJob {
  return {
    id: randomUUID(), model, version: 3, priority: 'interactive', rows: values.length,
    entries: [{ requestId: 'request', rows: values.length, deadlineAtMs }],
    inputs: new Map([['x', tensor('float32', [values.length, 1], Float32Array.from(values))]]),
  };
}

function plusOne(job: InferenceJob): InferenceReply {
  const values = [...job.inputs.values()].flatMap((of) => [...(numericData(of) as Float32Array)]);
  return { outputs: new Map([['y', tensor('float32', [values.length, 1], Float32Array.from(values, (value) => value + 1))]]), failures: [], timing: { queueMs: 1, preprocessMs: 0, computeMs: 2.5, batchRows: 64, executions: 1 } };
}

async function failing(job: InferenceJob): Promise<InferenceReply> {
  if (job.rows === 1) throw new ServingError('engine-failed', 'It broke.');
  return { ...plusOne(job), failures: [{ from: 1, to: 2, error: new ServingError('cancelled', 'Not this one.') }] };
}

function valuesOf({ outputs }: InferenceReply): number[] {
  return [...outputs.values()].flatMap((of) => [...(numericData(of) as Float32Array)]);
}
