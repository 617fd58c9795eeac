import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runTrickle, type TricklePlan } from './run-trickle.js';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/predict`;
}

function plan(url: string, changes: Partial<TricklePlan> = {}): TricklePlan {
  const requests = [{ contentType: 'text/plain', body: Buffer.from('one') }];
  return { url, requests, connections: 8, requestsPerSecond: 200, measureMs: 250, requestTimeoutMs: 1_000, samples: 10, ...changes };
}

const ok: RequestListener = (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-length': 2 }).end('ok');
};

describe('runTrickle', () => {
  it('sends as many as the rate says, in the time it says', async () => {
    // A connection for each: where the machine pauses, many are due at once.
    const result = await runTrickle(plan(await serve(ok), { connections: 50 }));
    expect(result).toMatchObject({ answers: 50, failures: {} });
    expect(result.durationMs).toBeGreaterThanOrEqual(244);
    expect(result.samples.length).toBe(10);
  });

  it('waits for no answer before it sends the next, up to its connections', async () => {
    const held: (() => void)[] = [];
    const url = await serve((request, response) => {
      held.push(() => ok(request, response));
      // The eighth is the last that can come.
      if (held.length === 8) for (const answer of held.splice(0)) answer();
    });
    const { answers, failures } = await runTrickle(plan(url, { measureMs: 40 }));
    expect({ answers, failures }).toEqual({ answers: 8, failures: {} });
  });

  it('counts what finds no connection, is refused, or is not answered in time', async () => {
    const never = await serve((request) => void request.resume());
    expect((await runTrickle(plan(never, { measureMs: 50, connections: 4, requestTimeoutMs: 100 }))).failures).toEqual({ 'no connection was free': 6, 'no answer in time': 4 });
    server?.closeAllConnections();
    server?.close();
    const refusing = await serve((request, response) => {
      request.resume();
      response.writeHead(503, { 'content-length': 0 }).end();
    });
    expect((await runTrickle(plan(refusing, { measureMs: 50 }))).failures).toEqual({ 'status 503': 10 });
  });

  it('refuses a rate out of bounds', () => {
    expect(() => runTrickle(plan('http://127.0.0.1:1/', { requestsPerSecond: 0 }))).toThrow('requestsPerSecond is 0');
  });
});
