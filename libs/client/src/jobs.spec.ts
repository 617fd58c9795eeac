import { afterEach, describe, expect, it } from '@jest/globals';
import type { Job } from './job.js';
import { Switchyard } from './switchyard.js';
import { cut, hang, json, startScriptedServer, type Reply, type ScriptedServer } from './testing/scripted-server.js';

const ID = 'b9db1f59-2d09-4c83-96f7-8ef077c39b0d';
const at = (status: string): object => ({
  id: ID, status, model: 'm', version: 1, rows: 1, progress: 0, submitted_at: '2026-01-01T00:00:00.000Z', started_at: null, ended_at: null, error: null,
  result: status === 'succeeded' ? { predictions: [[1]] } : null,
});
const state = (status: string): string => `event: state\ndata: ${JSON.stringify(at(status))}\n\n`;
/** Events, and then the connection ends, or breaks, or stays open. */
const events = (text: string, then: 'end' | 'break' | 'stay' = 'end'): Reply => (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text, () => {
    if (then === 'break') response.socket?.destroy();
    if (then === 'end') response.end();
  });
};

let server: ScriptedServer;
afterEach(() => server?.close());

async function yardOn(...replies: readonly Reply[]): Promise<Switchyard> {
  server = await startScriptedServer(...replies);
  return new Switchyard({ url: server.url });
}

async function statusesOf(states: AsyncIterable<Job>): Promise<string[]> {
  const statuses: string[] = [];
  for await (const { status } of states) statuses.push(status);
  return statuses;
}

describe('submit', () => {
  it('is repeated under one idempotency key, so that it makes one job', async () => {
    const yard = await yardOn(cut, json(503, { error: 'Away.' }), json(202, at('queued')));
    const job = await yard.jobs.submit('m', { instances: [Float32Array.of(1.5)] }, { alias: 'champion', priority: 'bulk', deadlineMs: 1_500 });
    expect(job).toMatchObject({ id: ID, status: 'queued', submittedAt: new Date('2026-01-01'), startedAt: null, result: null });
    expect(new Set(server.seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(JSON.parse(server.seen[2]!.body.toString())).toEqual({ model: 'm', version: 'champion', priority: 'bulk', deadline_seconds: 1.5, instances: [[1.5]] });
    await yard.jobs.submit('m', { inputs: [1] }, { idempotencyKey: 'order-17' });
    expect(server.seen[3]!.headers['idempotency-key']).toBe('order-17');
  });

  it('refuses a key that is no header', async () => {
    const yard = await yardOn(json(202, at('queued')));
    await expect(yard.jobs.submit('m', { instances: [] }, { idempotencyKey: 'a\nb' })).rejects.toMatchObject({ kind: 'invalid-input' });
  });
});

describe('await', () => {
  it('asks again until the job has ended', async () => {
    const yard = await yardOn(json(200, at('queued')), json(200, at('running')), json(200, at('succeeded')));
    expect(await yard.jobs.await<{ predictions: number[][] }>(ID)).toMatchObject({ status: 'succeeded', result: { predictions: [[1]] } });
    expect(server.seen.map(({ url }) => url)).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(new RegExp(`^/jobs/${ID}\\?wait=2[45]\\.\\d{3}$`))));
  });

  it('looks now and then where too many are waiting', async () => {
    const full: Reply = (response, request) => (request.url.includes('wait') ? json(429, { error: 'Full.', kind: 'overloaded' }) : json(200, at(server.seen.length < 6 ? 'queued' : 'failed')))(response, request);
    server = await startScriptedServer(full);
    const yard = new Switchyard({ url: server.url, retries: 0 });
    expect(await yard.jobs.await(ID)).toMatchObject({ status: 'failed' });
    expect(server.seen.filter(({ url }) => !url.includes('wait'))).toHaveLength(3);
  });

  it('ends at its deadline, and when its caller cancels it', async () => {
    const yard = await yardOn(hang);
    await expect(yard.jobs.await(ID, { timeoutMs: 30 })).rejects.toMatchObject({ kind: 'deadline-exceeded', message: 'The call did not succeed within 30 ms.' });
    await expect(yard.jobs.await(ID, { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('fails when there is no such job', async () => {
    const yard = await yardOn(json(404, { error: 'There is no job.', kind: 'job-not-found' }));
    await expect(yard.jobs.await(ID)).rejects.toMatchObject({ kind: 'job-not-found' });
  });
});

describe('stream', () => {
  it('tells each state once, over as many connections as it takes', async () => {
    const yard = await yardOn(events(`retry: 1\n\n${state('queued')}`, 'break'), events(state('queued') + state('running')), cut, events(`: hello\n\n${state('running')}${state('succeeded')}`, 'stay'));
    expect(await statusesOf(yard.jobs.stream(ID))).toEqual(['queued', 'running', 'succeeded']);
    expect(server.seen).toHaveLength(4);
  });

  it('ends at its deadline, when its caller cancels it, and when its reader has had enough', async () => {
    const yard = await yardOn(events(state('queued'), 'stay'));
    await expect(statusesOf(yard.jobs.stream(ID, { timeoutMs: 100 }))).rejects.toMatchObject({ kind: 'deadline-exceeded' });
    const cancelled = new AbortController();
    const states = yard.jobs.stream(ID, { signal: cancelled.signal });
    await states.next();
    const next = states.next();
    cancelled.abort();
    await expect(next).rejects.toMatchObject({ kind: 'cancelled' });
    for await (const { status } of yard.jobs.stream(ID)) {
      expect(status).toBe('queued');
      break;
    }
  });

  it('fails with what the server says instead of a state, or of events', async () => {
    const gone = await yardOn(events(`event: error\ndata: {"error":"Version 1 is gone.","kind":"version-not-found"}\n\n`));
    await expect(statusesOf(gone.jobs.stream(ID))).rejects.toMatchObject({ kind: 'version-not-found', message: 'Version 1 is gone.' });
    await server.close();
    const unknown = await yardOn(json(404, { error: 'There is no job.', kind: 'job-not-found' }));
    await expect(statusesOf(unknown.jobs.stream(ID))).rejects.toMatchObject({ kind: 'job-not-found' });
  });
});
