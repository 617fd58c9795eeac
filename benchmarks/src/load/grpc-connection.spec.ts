import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { GOAWAY, encodeFrame, settingsFrame } from './http2/frames.js';
import type { LoadPlan, LoadResult } from './load-plan.js';
import { runLoad } from './run-load.js';

const servers: (Http2Server | Server)[] = [];
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

  it('makes a call again, once, that the server did not begin', async () => {
    const { url, opened } = await serveAfterGoAways(1);
    expect(await run(url, { connections: 1, maxAnswers: 20 })).toMatchObject({ answers: 20, failures: {} });
    expect(opened()).toBe(2);
    const refusing = await serveAfterGoAways(2);
    expect(await run(refusing.url, { connections: 1, maxAnswers: 20 })).toMatchObject({ answers: 20, failures: { 'connection lost': 1 } });
    expect(refusing.opened()).toBe(3);
  });
});

/** A server whose first connections are told that no call was begun on them. */
async function serveAfterGoAways(goAways: number): Promise<{ url: string; opened: () => number }> {
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (call) => {
    call.resume();
    call.on('end', () => finish(call, Buffer.from([0, 0, 0, 0, 0]), 0));
  });
  let opened = 0;
  const listener = createTcpServer((socket) => {
    if (++opened > goAways) return void server.emit('connection', socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(Buffer.concat([settingsFrame([]), encodeFrame({ type: GOAWAY, flags: 0, streamId: 0, payload: Buffer.alloc(8) })])));
  });
  servers.push(listener);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/test.Echo/Say`, opened: () => opened };
}
