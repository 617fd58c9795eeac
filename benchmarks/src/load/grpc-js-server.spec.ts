import { afterEach, describe, expect, it } from '@jest/globals';
import { Server, ServerCredentials, status, type sendUnaryData, type ServerOptions, type ServerUnaryCall } from '@grpc/grpc-js';
import type { LoadPlan, LoadResult } from './load-plan.js';
import { runLoad } from './run-load.js';

const PATH = '/test.Echo/Say';
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
});

type Say = (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => void;

const echo: Say = ({ request }, callback) => callback(null, request);

/** The server that most services in Node.js use, and the callers it has seen. */
async function serve(say: Say, options: ServerOptions = {}): Promise<{ url: string; peers: Set<string> }> {
  const server = new Server(options);
  const peers = new Set<string>();
  servers.push(server);
  const same = (bytes: Buffer): Buffer => bytes;
  const method = { path: PATH, requestStream: false, responseStream: false, requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
  const handler: Say = (call, callback) => {
    peers.add(call.getPeer());
    say(call, callback);
  };
  server.addService({ Say: method }, { Say: handler });
  const port = await new Promise<number>((resolve, reject) => server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve(bound) : reject(error))));
  return { url: `http://127.0.0.1:${port}${PATH}`, peers };
}

function run(url: string, bodies: readonly Buffer[], changes: Partial<LoadPlan> = {}): Promise<LoadResult> {
  const requests = bodies.map((body) => ({ contentType: 'application/grpc', body }));
  return runLoad({ url, transport: 'grpc', requests, connections: 3, warmUpMs: 0, measureMs: 10_000, maxAnswers: 30, requestTimeoutMs: 5_000, samples: 30, ...changes });
}

describe('runLoad against grpc-js', () => {
  it('carries messages far beyond every window, in both directions', async () => {
    const { url, peers } = await serve(echo);
    const bodies = [0, 100, 65_530, 70_000, 1_500_000].map((bytes, seed) => Buffer.from(Uint8Array.from({ length: bytes }, (_, index) => (index * 31 + seed) >> 3)));
    const { answers, failures, samples } = await run(url, bodies);
    expect({ answers, failures, connections: peers.size }).toEqual({ answers: 30, failures: {}, connections: 3 });
    for (const { request, body } of samples) expect(Buffer.compare(body, bodies[request]!)).toBe(0);
  });

  it('counts calls that fail, before and after their message is read, and goes on', async () => {
    const { url, peers } = await serve((call, callback) => (call.request.toString() === 'bad' ? callback({ code: status.INVALID_ARGUMENT, details: 'Bad: “no”.' }) : echo(call, callback)), { 'grpc.max_receive_message_length': 1_000_000 });
    const { answers, failures } = await run(url, [Buffer.from('good'), Buffer.from('bad'), Buffer.alloc(3_000_000)], { connections: 1, maxAnswers: 10 });
    expect({ answers, failures }).toEqual({ answers: 10, failures: { 'status 500': 20 } });
    expect(peers.size).toBe(1);
  });

  it('counts a method that is not there', async () => {
    const { url } = await serve(echo);
    const { answers, failures } = await run(url.replace('Say', 'Shout'), [Buffer.from('x')], { measureMs: 200 });
    expect({ answers, failures }).toEqual({ answers: 0, failures: { 'status 500': expect.any(Number) } });
  });

  it('goes on over another connection when the server sends one away, which is no failure', async () => {
    let calls = 0;
    const { url, peers } = await serve((call, callback) => {
      // From within a call, so that the server has begun it when it says that it begins no more.
      if (++calls % 10 === 5) servers[0]?.drain(new URL(url).host, 5_000);
      echo(call, callback);
    });
    const { answers, failures } = await run(url, [Buffer.from('x')], { connections: 1 });
    expect({ answers, failures, connections: peers.size }).toEqual({ answers: 30, failures: {}, connections: 4 });
  });
});
