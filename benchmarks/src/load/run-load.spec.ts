import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import type { LoadPlan } from './load-plan.js';
import { runLoad } from './run-load.js';

const servers: (Server | TcpServer)[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
});

async function listen<Any extends Server | TcpServer>(server: Any): Promise<string> {
  servers.push(server);
  server.on('connection', (socket: Socket) => void sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`;
}

const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener));

/** Answers every request with its own body. */
const echo: RequestListener = (request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    response.writeHead(200, { 'content-length': body.length }).end(body);
  });
};

function plan(url: string, changes: Partial<LoadPlan> = {}): LoadPlan {
  const requests = ['zero', 'one', 'two'].map((text) => ({ contentType: 'text/plain', body: Buffer.from(text) }));
  return { url, requests, connections: 4, warmUpMs: 0, measureMs: 5_000, maxAnswers: 100, requestTimeoutMs: 2_000, samples: 50, ...changes };
}

describe('runLoad', () => {
  it('sends every request in turn and pairs each answer with its request', async () => {
    const result = await runLoad(plan(await serve(echo)));
    expect(result).toMatchObject({ answers: 100, failures: {} });
    expect(result.samples.length).toBe(50);
    for (const { request, body } of result.samples) expect(Buffer.from(body).toString()).toBe(['zero', 'one', 'two'][request]);
    expect(new Set(result.samples.map(({ request }) => request)).size).toBe(3);
  });

  it('keeps one request per connection under way, and no more connections than asked for', async () => {
    const held: (() => void)[] = [];
    let isFull = false;
    let underWay = 0;
    let most = 0;
    const url = await serve((request, response) => {
      most = Math.max(most, ++underWay);
      const answer = (): void => {
        underWay -= 1;
        echo(request, response);
      };
      if (isFull) return answer();
      held.push(answer);
      isFull = held.length === 7;
      if (isFull) for (const release of held) release();
    });
    const { answers } = await runLoad(plan(url, { connections: 7 }));
    expect(answers).toBe(100);
    expect(most).toBe(7);
    expect(sockets.size).toBe(7);
  });

  it('measures what the server takes', async () => {
    const result = await runLoad(plan(await serve((request, response) => void setTimeout(() => echo(request, response), 30)), { connections: 2, maxAnswers: 10 }));
    expect(result.p50Ms).toBeGreaterThanOrEqual(29);
    expect(result.maxMs).toBeGreaterThanOrEqual(result.p99Ms);
    expect(result.answersPerSecond).toBeLessThan(2 / 0.029);
  });

  it('leaves the warm-up out of the figures and tells the phases', async () => {
    const phases: string[] = [];
    const result = await runLoad(plan(await serve(echo), { warmUpMs: 50, measureMs: 50, maxAnswers: 1_000_000 }), (phase) => phases.push(phase));
    expect(phases).toEqual(['measuring', 'measured']);
    expect(result.durationMs).toBeGreaterThanOrEqual(49);
    expect(result.answersPerSecond).toBeCloseTo((result.answers * 1_000) / result.durationMs);
  });

  it('counts answers with another status by their status, and goes on', async () => {
    let count = 0;
    const url = await serve((request, response) => {
      request.resume();
      response.writeHead(++count % 2 === 0 ? 200 : 503, { 'content-length': 0 }).end();
    });
    const { answers, failures } = await runLoad(plan(url, { maxAnswers: 20, connections: 1 }));
    expect(answers).toBe(20);
    expect(failures).toEqual({ 'status 503': 20 });
  });

  it('counts a lost connection once, opens another and goes on', async () => {
    let count = 0;
    const url = await serve((request, response) => {
      if (++count === 10) request.socket.destroy();
      else echo(request, response);
    });
    const { answers, failures } = await runLoad(plan(url));
    expect(answers).toBe(100);
    expect(failures).toEqual({ 'connection lost': 1 });
  });

  it('opens another connection when the server announces that it closes one, which is no failure', async () => {
    const url = await serve((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-length': 2, connection: 'close' }).end('ok');
    });
    const { answers, failures } = await runLoad(plan(url, { maxAnswers: 20 }));
    expect(answers).toBe(20);
    expect(failures).toEqual({});
  });

  it('gives up a request without an answer, and ends although the server never answers', async () => {
    const url = await listen(createTcpServer((socket) => void socket.resume()));
    const { answers, failures } = await runLoad(plan(url, { measureMs: 100, requestTimeoutMs: 300, connections: 3 }));
    expect(answers).toBe(0);
    expect(failures).toEqual({ 'no answer in time': 3 });
  });

  it('takes no nonsense for an answer', async () => {
    const url = await listen(createTcpServer((socket) => void socket.on('data', () => socket.write('I am a teapot\r\n\r\n'))));
    const { failures } = await runLoad(plan(url));
    expect(failures).toEqual({ 'unreadable answer': expect.any(Number) });
  });

  it('stops after 1,000 failures where nobody listens', async () => {
    const url = await serve(echo);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const { answers, failures } = await runLoad(plan(url, { measureMs: 60_000 }));
    expect(answers).toBe(0);
    expect(failures['connection refused']).toBeGreaterThanOrEqual(1_000);
  });

  it('refuses another machine and plans without bounds', async () => {
    expect(() => runLoad(plan('http://example.com:80/'))).toThrow(/this machine/);
    expect(() => runLoad(plan('http://127.0.0.1:1/', { connections: 100_000 }))).toThrow(/connections is 100000/);
    expect(() => runLoad(plan('http://127.0.0.1:1/', { measureMs: Infinity }))).toThrow(/measureMs is Infinity/);
    expect(() => runLoad(plan('http://127.0.0.1:1/', { requests: [] }))).toThrow(/at least one request/);
  });
});
