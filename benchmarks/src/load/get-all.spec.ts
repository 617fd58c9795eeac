import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { getAll } from './get-all.js';

let server: Server;
let url: string;
let most = 0;
let underWay = 0;

beforeEach(async () => {
  most = underWay = 0;
  server = createServer((request, response) => {
    most = Math.max(most, ++underWay);
    if (request.url === '/items/never') return;
    if (request.url === '/items/lost') return void request.socket.destroy();
    setImmediate(() => {
      underWay -= 1;
      const body = `${request.method} ${request.url}`;
      response.writeHead(200, { 'content-length': body.length }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/items/`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function read(paths: readonly string[], deadlineMs = 5_000): Promise<string[]> {
  const found: string[] = [];
  await getAll({ url, paths, connections: 4, deadlineMs, onAnswer: (index, { body }) => void (found[index] = body.toString()) });
  return found;
}

describe('getAll', () => {
  it('asks for each once, over no more connections than it may have', async () => {
    const paths = Array.from({ length: 100 }, (_, index) => String(index));
    expect(await read(paths)).toEqual(paths.map((path) => `GET /items/${path}`));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('fails when an answer is not what was expected', async () => {
    const onAnswer = (): never => {
      throw new Error('not that');
    };
    await expect(getAll({ url, paths: ['1'], connections: 1, deadlineMs: 5_000, onAnswer })).rejects.toThrow('not that');
  });

  it('has nothing to do for nothing', async () => {
    expect(await read([])).toEqual([]);
  });

  it('says how many answers are missing when the time is over, and which was lost', async () => {
    await expect(read(['1', 'never', '2'], 200)).rejects.toThrow('1 of 3 answers were missing after 200 ms.');
    await expect(read(['1', 'lost'])).rejects.toThrow('/items/lost was not answered: connection lost.');
  });
});
