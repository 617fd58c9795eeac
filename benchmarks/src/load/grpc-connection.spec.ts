import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { LoadPlan, LoadResult } from './load-plan.js';
import { runLoad } from './run-load.js';

const servers: Http2Server[] = [];
const sessions = new Set<ServerHttp2Session>();

afterEach(() => {
  for (const session of sessions) session.destroy();
  sessions.clear();
  for (const server of servers.splice(0)) server.close();
});

/** A unary method: `answer` ends the call. */
async function serve(answer: (call: ServerHttp2Stream, message: Buffer, count: number) => void): Promise<string> {
  const server = createServer();
  let count = 0;
  servers.push(server);
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (call) => {
    const pieces: Buffer[] = [];
    call.on('error', () => undefined);
    call.on('data', (piece: Buffer) => pieces.push(piece));
    call.on('end', () => answer(call, Buffer.concat(pieces), ++count));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/test.Echo/Say`;
}

function finish(call: ServerHttp2Stream, message: Buffer, status: number): void {
  call.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  call.on('wantTrailers', () => call.sendTrailers({ 'grpc-status': String(status) }));
  call.end(message);
}

function run(url: string, changes: Partial<LoadPlan> = {}): Promise<LoadResult> {
  const requests = ['zero', 'one', 'two'].map((text) => ({ contentType: 'application/grpc', body: Buffer.from(text) }));
  return runLoad({ url, transport: 'grpc', requests, connections: 4, warmUpMs: 0, measureMs: 5_000, maxAnswers: 60, requestTimeoutMs: 2_000, samples: 30, ...changes });
}

describe('runLoad with gRPC', () => {
  it('sends every message in turn, one call per connection at a time, and pairs each answer with its message', async () => {
    const { answers, failures, samples } = await run(await serve((call, message) => finish(call, message, 0)));
    expect({ answers, failures }).toEqual({ answers: 60, failures: {} });
    expect(sessions.size).toBe(4);
    for (const { request, body } of samples) expect(Buffer.from(body).toString()).toBe(['zero', 'one', 'two'][request]);
  });

  it('counts a call that failed, and goes on', async () => {
    const url = await serve((call, message, count) => finish(call, message, count % 2 === 0 ? 0 : 14));
    expect(await run(url, { connections: 1, maxAnswers: 10 })).toMatchObject({ answers: 10, failures: { 'status 500': 10 } });
  });

  it('counts a lost connection once, opens another and goes on', async () => {
    const url = await serve((call, message, count) => (count === 5 ? call.session?.destroy() : finish(call, message, 0)));
    const { answers, failures } = await run(url, { connections: 1, maxAnswers: 20 });
    expect({ answers, failures }).toEqual({ answers: 20, failures: { 'connection lost': 1 } });
  });
});
