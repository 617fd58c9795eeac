import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectionSignal } from './connection-signal.js';

const server = createServer();

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(() => {
  server.close();
});

async function connectedPair(): Promise<{ readonly client: Socket; readonly served: Socket }> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [served] = await accepted;
  served.resume();
  return { client, served };
}

describe('connectionSignal', () => {
  it('is one for all requests of a connection, and tells those under way when it is closed', async () => {
    const { client, served } = await connectedPair();
    const signal = connectionSignal(served);
    expect(connectionSignal(served)).toBe(signal);
    const told: string[] = [];
    const answered = (): void => void told.push('answered');
    signal.addEventListener('abort', answered);
    signal.addEventListener('abort', () => void told.push('waiting'));
    signal.removeEventListener('abort', answered);
    expect(signal.aborted).toBe(false);
    client.destroy();
    await once(served, 'close');
    expect(told).toEqual(['waiting']);
    expect(signal.aborted).toBe(true);
  });

  it('is aborted from the start on a connection that is closed already', async () => {
    const { client, served } = await connectedPair();
    served.destroy();
    expect(connectionSignal(served).aborted).toBe(true);
    client.destroy();
  });
});
