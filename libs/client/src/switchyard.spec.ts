import { afterEach, describe, expect, it } from '@jest/globals';
import { Switchyard, type SwitchyardOptions } from './switchyard.js';
import { cut, hang, json, startScriptedServer, type Reply, type ScriptedServer } from './testing/scripted-server.js';

const ROWS = { instances: [[1, 2]] };
const ANSWERED = json(200, { predictions: [[0.5]] });
const FULL = json(429, { error: 'Full.', kind: 'overloaded' });
const AWAY = json(503, { error: 'The queue cannot be reached; please try again shortly.', kind: 'queue-unavailable' });

let server: ScriptedServer;
afterEach(() => server?.close());

async function yardOn(replies: readonly Reply[], options: Partial<SwitchyardOptions> = {}): Promise<Switchyard> {
  server = await startScriptedServer(...replies);
  return new Switchyard({ url: server.url, ...options });
}

const urls = (): string[] => server.seen.map(({ method, url }) => `${method} ${url}`);

describe('a prediction', () => {
  it('is sent to the version or the alias that was named, and answered with what came back', async () => {
    const yard = await yardOn([ANSWERED]);
    expect(await yard.predict<number[]>('a/b', ROWS)).toEqual({ predictions: [[0.5]] });
    await yard.predict('m', { inputs: { x: [[1]] } }, { version: 3 });
    await yard.predict('m', ROWS, { alias: 'champion' });
    expect(urls()).toEqual(['POST /v1/models/a%2Fb:predict', 'POST /v1/models/m/versions/3:predict', 'POST /v1/models/m/labels/champion:predict']);
    expect(server.seen.map(({ body }) => body.toString())).toEqual(['{"instances":[[1,2]]}', '{"inputs":{"x":[[1]]}}', '{"instances":[[1,2]]}']);
    expect(server.seen[0]!.headers).toMatchObject({ 'x-timeout-ms': '30000' });
    await yard.predict('m', ROWS, { timeoutMs: 1_234.5, priority: 'bulk' });
    expect(server.seen[3]!.headers).toMatchObject({ 'x-timeout-ms': '1235', 'x-priority': 'bulk' });
    await expect(yard.predict('m', ROWS, { version: 1, alias: 'champion' })).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  it('keeps the path before the routes, the connection, and the caller’s headers', async () => {
    const sockets = new Set<unknown>();
    const reply: Reply = (response, request) => (sockets.add(response.socket), ANSWERED(response, request));
    server = await startScriptedServer(reply);
    const yard = new Switchyard({ url: `${server.url}/serving/`, headers: { authorization: 'Bearer t' } });
    for (let turn = 0; turn < 20; turn++) await yard.predict('m', ROWS, { requestId: `r${turn}` });
    expect(sockets.size).toBeLessThanOrEqual(2); // the next request may leave before the last answer's end has been seen
    expect(server.seen[19]).toMatchObject({ url: '/serving/v1/models/m:predict', headers: { authorization: 'Bearer t', 'x-request-id': 'r19' } });
  });

  it.each([
    ['the server is full', FULL],
    ['the queue is away', AWAY],
    ['the connection breaks', cut],
    ['the answer breaks off', ((response) => void response.writeHead(200, { 'content-length': '100' }).write('{"pre', () => response.socket?.destroy())) as Reply],
  ])('is repeated under the same request id when %s', async (_, failure) => {
    const yard = await yardOn([failure, failure, ANSWERED]);
    expect(await yard.predict('m', ROWS)).toEqual({ predictions: [[0.5]] });
    expect(server.seen).toHaveLength(3);
    expect(new Set(server.seen.map(({ headers }) => headers['x-request-id'])).size).toBe(1);
  });

  it('is repeated as often as was allowed, and then fails with what the server said', async () => {
    const yard = await yardOn([FULL], { retries: 2 });
    await expect(yard.predict('m', ROWS)).rejects.toMatchObject({ name: 'SwitchyardError', kind: 'overloaded', status: 429, message: 'Full.' });
    expect(server.seen).toHaveLength(3);
  });

  it.each([400, 404, 413, 500, 504])('is not repeated after %i', async (status) => {
    const yard = await yardOn([json(status, { error: 'No.' }, { 'x-request-id': 'theirs' })]);
    await expect(yard.predict('m', ROWS)).rejects.toMatchObject({ status, message: 'No.', requestId: 'theirs' });
    expect(server.seen).toHaveLength(1);
  });

  it('waits as long as the server asks', async () => {
    const yard = await yardOn([json(429, { error: 'Full.' }, { 'retry-after': '1' }), ANSWERED]);
    await yard.predict('m', ROWS);
    const [first, second] = server.seen;
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(990);
  });

  it('fails at once when the server asks for more time than there is', async () => {
    const yard = await yardOn([json(503, { error: 'Later.', kind: 'engine-unavailable' }, { 'retry-after': '60' })]);
    const startedMs = performance.now();
    await expect(yard.predict('m', ROWS)).rejects.toMatchObject({ kind: 'engine-unavailable', retryAfterMs: 60_000 });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(server.seen).toHaveLength(1);
  });

  it('ends at its deadline, repetitions included', async () => {
    const yard = await yardOn([hang]);
    await expect(yard.predict('m', ROWS, { timeoutMs: 50, requestId: 'mine' })).rejects.toMatchObject({ kind: 'deadline-exceeded', status: null, requestId: 'mine', message: 'The call did not succeed within 50 ms.' });
    await expect(yard.predict('m', ROWS, { timeoutMs: 0 })).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  it('ends when its caller cancels it, before, during and between attempts', async () => {
    const reason = new Error('changed my mind');
    const yard = await yardOn([hang]);
    await expect(yard.predict('m', ROWS, { signal: AbortSignal.abort(reason) })).rejects.toMatchObject({ kind: 'cancelled', cause: reason });
    const during = new AbortController();
    const answer = yard.predict('m', ROWS, { signal: during.signal });
    during.abort(reason);
    await expect(answer).rejects.toMatchObject({ kind: 'cancelled', cause: reason });
    await server.close();
    const between = new AbortController();
    const pausing = await yardOn([(response, request) => (setImmediate(() => between.abort(reason)), json(429, { error: 'Full.' }, { 'retry-after': '20' })(response, request))]);
    await expect(pausing.predict('m', ROWS, { signal: between.signal })).rejects.toMatchObject({ kind: 'cancelled', cause: reason });
  });

  it('fails as a connection when nobody is there, and as an answer when that is no JSON', async () => {
    const yard = await yardOn([json(200, '<html>')], { retries: 1 });
    await expect(yard.predict('m', ROWS)).rejects.toMatchObject({ kind: 'unexpected-answer' });
    await server.close();
    await expect(yard.predict('m', ROWS)).rejects.toMatchObject({ kind: 'connection-failed', status: null });
  });
});

describe('a change', () => {
  it('is repeated when the server refused it, but not when it may have been made', async () => {
    const promoted = json(200, { model: 'm', version: 2, aliases: { champion: 2 } });
    expect(await (await yardOn([FULL, promoted])).models.promote('m', 2)).toMatchObject({ version: 2 });
    await server.close();
    for (const failure of [AWAY, cut]) {
      const yard = await yardOn([failure, promoted]);
      await expect(yard.models.rollback('m')).rejects.toMatchObject({ kind: expect.stringMatching(/queue-unavailable|connection-failed/) });
      expect(server.seen).toHaveLength(1);
      await server.close();
    }
  });

  it('is repeated when nobody was there to make it', async () => {
    const yard = await yardOn([ANSWERED], { retries: 1 });
    await server.close();
    const startedMs = performance.now();
    await expect(yard.training.retrain({ model: 'm' })).rejects.toMatchObject({ kind: 'connection-failed' });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(50); // the pause before the second attempt
  });
});

describe('the address', () => {
  it.each(['localhost:8000', 'ftp://host', '', 'nonsense'])('"%s" is refused', (url) => {
    expect(() => new Switchyard({ url })).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
  });
});

describe('readiness', () => {
  it('is waited for, while nobody is there and while the server says no', async () => {
    const yard = await yardOn([json(503, { status: 'error' }), cut, json(200, { status: 'ok' })]);
    expect(await yard.isReady()).toBe(false);
    await yard.waitUntilReady({ timeoutMs: 10_000 });
    expect(urls()).toEqual(['GET /ready', 'GET /ready', 'GET /ready']);
    await server.close();
    await expect(yard.waitUntilReady({ timeoutMs: 30 })).rejects.toMatchObject({ kind: 'deadline-exceeded' });
  });
});
