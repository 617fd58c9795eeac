import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@switchyard/test-kit';
import { nestDigit, readTestDigits } from './stack/digits.js';
import { startExtraService } from './failures/extra-service.js';
import { deleteJson, getJson, postJson, type Answer } from './stack/http.js';
import { drawPoints } from './stack/points.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const ENDS_WITHIN_MS = 30_000;
/** Answers of so many rows are larger than what is kept in Redis. */
const MANY_ROWS = 20_000;

interface JobBody {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';
  readonly model: string;
  readonly version: number;
  readonly rows: number;
  readonly progress: number;
  readonly submitted_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly result: { readonly predictions?: number[][]; readonly outputs?: number[][] } | null;
  readonly error: { readonly kind: string; readonly message: string } | null;
}

let stack: TrainedStack;
const pairs = drawPoints(50).map((point) => [...point]);

beforeAll(async () => {
  stack = await startTrainedStack();
}, 400_000);

afterAll(async () => {
  await stack?.close();
}, 60_000);

const submit = (job: object): Promise<Answer<JobBody>> => postJson<JobBody>(`${stack.httpUrl}/jobs`, job);
const look = async (id: string): Promise<JobBody> => (await getJson<JobBody>(`${stack.httpUrl}/jobs/${id}`)).body;

/** Asks until the job has ended. */
async function ended({ body: { id } }: Answer<JobBody>): Promise<JobBody> {
  const hasEnded = ({ status }: JobBody): boolean => status === 'succeeded' || status === 'failed' || status === 'canceled';
  return until(async () => [await look(id)].find(hasEnded), { deadlineMs: ENDS_WITHIN_MS, describe: `job ${id} to end` });
}

/** Holds the worker still while `act` happens: what is submitted meanwhile waits. */
async function whileWorkerSleeps<Result>(act: () => Promise<Result>): Promise<Result> {
  const { pid } = stack.workers[0]!;
  process.kill(pid, 'SIGSTOP');
  try {
    return await act();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

describe('a job', () => {
  it('is taken with 202 and a Location, and ends with what a sync caller gets', async () => {
    const answer = await submit({ model: 'simple_classifier', instances: pairs });
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/jobs/${answer.body.id}`]);
    expect(answer.body).toMatchObject({ status: 'queued', model: 'simple_classifier', version: 1, rows: 50, progress: 0, result: null, error: null, started_at: null, ended_at: null });
    const job = await ended(answer);
    const sync = await postJson(`${stack.httpUrl}/v1/models/simple_classifier:predict`, { instances: pairs });
    expect(job).toMatchObject({ status: 'succeeded', progress: 1, error: null, result: sync.body });
    expect([job.submitted_at, job.started_at, job.ended_at].map((time) => Date.parse(time!))).toEqual([job.submitted_at, job.started_at, job.ended_at].map((time) => Date.parse(time!)).sort((a, b) => a - b));
  });

  it('takes columns, a version and an alias', async () => {
    const digits = (await readTestDigits(3)).map(nestDigit);
    const sync = await postJson(`${stack.httpUrl}/v1/models/mnist:predict`, { inputs: digits });
    for (const version of [1, 'champion']) {
      const job = await ended(await submit({ model: 'mnist', version, inputs: digits }));
      expect(job).toMatchObject({ status: 'succeeded', version: 1, result: sync.body });
    }
  });

  it('keeps an answer that is too large for Redis', async () => {
    const many = drawPoints(MANY_ROWS).map((point) => [...point]);
    const job = await ended(await submit({ model: 'simple_classifier', instances: many, priority: 'bulk' }));
    expect([job.status, job.result?.predictions?.length]).toEqual(['succeeded', MANY_ROWS]);
    const sync = await postJson<{ predictions: number[][] }>(`${stack.httpUrl}/v1/models/simple_classifier:predict`, { instances: many.slice(-5) });
    expect(job.result?.predictions?.slice(-5)).toEqual(sync.body.predictions);
  }, 60_000);

  it('succeed however many rows they have together: more than may wait in a worker wait before it', async () => {
    const instances = drawPoints(MANY_ROWS).map((point) => [...point]);
    const jobs = await Promise.all(Array.from({ length: 4 }, () => submit({ model: 'simple_classifier', instances, priority: 'bulk' })));
    const outcomes = await Promise.all(jobs.map(async (job) => { const { status, error } = await ended(job); return { status, error }; }));
    expect(outcomes).toEqual(Array(4).fill({ status: 'succeeded', error: null }));
  }, 120_000);

  it('answers a cancellation that comes too late with what it came to', async () => {
    const job = await ended(await submit({ model: 'simple_classifier', instances: pairs }));
    expect((await deleteJson<JobBody>(`${stack.httpUrl}/jobs/${job.id}`)).body).toEqual(job);
  });
});

describe('jobs that wait', () => {
  it('may be canceled, or have passed their deadline, and then never run; the others do', async () => {
    const { canceled, late, kept } = await whileWorkerSleeps(async () => {
      const job = { model: 'simple_classifier', instances: pairs };
      const waiting = { canceled: await submit(job), late: await submit({ ...job, deadline_seconds: 0.05 }), kept: await submit({ ...job, deadline_seconds: 60 }) };
      const { status, body } = await deleteJson<JobBody>(`${stack.httpUrl}/jobs/${waiting.canceled.body.id}`);
      expect([status, body.status, body.ended_at === null]).toEqual([200, 'canceled', false]);
      expect((await look(waiting.kept.body.id)).status).toBe('queued');
      await until(() => Date.now() > Date.parse(waiting.late.body.submitted_at) + 60, { deadlineMs: 1_000, describe: 'the deadline to pass' });
      return waiting;
    });
    expect(await ended(kept)).toMatchObject({ status: 'succeeded', rows: 50 });
    expect(await ended(late)).toMatchObject({ status: 'failed', result: null, error: { kind: 'deadline-exceeded', message: expect.stringMatching(/deadline/) } });
    expect(await look(canceled.body.id)).toMatchObject({ status: 'canceled', started_at: null, result: null, error: null });
  }, 60_000);

  it('go by priority: what is normal overtakes what is bulk', async () => {
    const submitted = await whileWorkerSleeps(async () => {
      const bulk = [];
      for (let index = 0; index < 10; index++) bulk.push(await submit({ model: 'simple_classifier', instances: pairs, priority: 'bulk' }));
      return { bulk, normal: await submit({ model: 'simple_classifier', instances: pairs, priority: 'normal' }) };
    });
    const startOf = async (answer: Answer<JobBody>): Promise<number> => Date.parse((await ended(answer)).started_at!);
    const starts = await Promise.all(submitted.bulk.map(startOf));
    const normal = await startOf(submitted.normal);
    // The worker's blocking read may have been handed one job just as it was stopped.
    expect(starts.filter((start) => start < normal).length).toBeLessThanOrEqual(1);
  }, 60_000);
});

describe('who waits for a job', () => {
  const opened: { close(): Promise<unknown> }[] = [];
  afterAll(() => Promise.all(opened.map((events) => events.close())));

  /** Reads the events of a job as a browser would, until the server ends them. */
  function readEvents(url: string): { readonly text: () => string; readonly done: Promise<Response> } {
    let text = '';
    const aborted = new AbortController();
    const done = (async () => {
      const response = await fetch(url, { signal: AbortSignal.any([aborted.signal, AbortSignal.timeout(ENDS_WITHIN_MS)]) });
      for await (const chunk of response.body!) text += Buffer.from(chunk as Uint8Array).toString('utf8');
      return response;
    })();
    opened.push({ close: () => (aborted.abort(), done.then(() => undefined, () => undefined)) });
    return { text: () => text, done };
  }

  const jobsIn = (text: string): JobBody[] => [...text.matchAll(/^event: state\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as JobBody);
  const job = { model: 'simple_classifier', instances: pairs };

  it('has each change told as an event, the last one with the result', async () => {
    const { id, events } = await whileWorkerSleeps(async () => {
      const { body } = await submit(job);
      const reading = readEvents(`${stack.httpUrl}/jobs/${body.id}/events`);
      await until(() => jobsIn(reading.text()).length > 0, { deadlineMs: 5_000, describe: 'the first event' });
      expect(jobsIn(reading.text())).toEqual([body]);
      return { id: body.id, events: reading };
    });
    const response = await events.done;
    expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([200, 'text/event-stream', 'no-store']);
    expect(response.headers.get('x-request-id')).toMatch(/\S/);
    const told = jobsIn(events.text());
    expect([told[0]!.status, told.at(-1)]).toEqual(['queued', await look(id)]);
    expect(told.at(-1)).toMatchObject({ status: 'succeeded', result: { predictions: expect.any(Array) } });
    const late = readEvents(`${stack.httpUrl}/jobs/${id}/events`);
    await late.done;
    expect(jobsIn(late.text())).toEqual([told.at(-1)]);
  }, 60_000);

  it('is answered at once when it ends, and as it is when the wait is over', async () => {
    const ending = await whileWorkerSleeps(async () => {
      const { body } = await submit(job);
      expect((await getJson<JobBody>(`${stack.httpUrl}/jobs/${body.id}?wait=0.2`)).body).toEqual(body);
      return { waiting: getJson<JobBody>(`${stack.httpUrl}/jobs/${body.id}?wait=60`) };
    });
    const { body } = await ending.waiting;
    expect(body).toMatchObject({ status: 'succeeded', rows: 50 });
  }, 60_000);

  it('is let go at once by an api that stops', async () => {
    const api = await startExtraService(stack, 'api');
    opened.push({ close: () => api.kill() });
    const { events, waiting, exit } = await whileWorkerSleeps(async () => {
      const { body } = await submit(job);
      const reading = readEvents(`${api.url}/jobs/${body.id}/events`);
      const long = getJson<JobBody>(`${api.url}/jobs/${body.id}?wait=60`);
      await until(() => jobsIn(reading.text()).length > 0, { deadlineMs: 5_000, describe: 'the first event' });
      const stopping = api.stop();
      return { events: await reading.done.then(() => jobsIn(reading.text())), waiting: await long, exit: await stopping };
    });
    expect([events.map(({ status }) => status), waiting.status, exit]).toEqual([['queued'], 200, { code: 0, signal: null }]);
  }, 60_000);
});

describe('a submission under an idempotency key', () => {
  const send = (key: string, body: object): Promise<Answer<JobBody & { error: string; kind?: string }>> => postJson(`${stack.httpUrl}/jobs`, body, { 'idempotency-key': key });

  it('may be repeated: it is one job', async () => {
    const job = { model: 'simple_classifier', instances: pairs };
    const answers = await Promise.all(Array.from({ length: 5 }, () => send('order-17', job)));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.map(({ status, headers }) => [status, headers.get('idempotent-replayed')]).sort()).toEqual([[202, null], ...Array.from({ length: 4 }, () => [202, 'true'])].sort());
    const first = await ended(answers[0]!);
    expect((await send('order-17', job)).body).toEqual(first);
    const { status, body } = await send('order-17', { ...job, instances: pairs.slice(1) });
    expect([status, body]).toEqual([409, { error: 'The idempotency key "order-17" was used for another submission; a new key is expected.', kind: 'conflict' }]);
  });
});
