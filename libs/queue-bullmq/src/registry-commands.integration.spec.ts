import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeError, ServingError } from '@switchyard/errors';
import { REGISTRY_QUEUE, type RegistryCommand, type RegistryResult } from '@switchyard/model-registry';
import { testRedis, type TestRedis } from '@switchyard/test-kit';
import { Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { createRegistryCommands, type RegistryAnswer, type RegistryCommands } from './registry-commands.js';

const command: RegistryCommand = { command: 'promote', model: 'digits', by: 'ada', why: '', version: 2 };
const result: RegistryResult = { model: 'digits', version: 2, aliases: { champion: 2 } };

let server: TestRedis;
let redis: Redis;
let commands: RegistryCommands;
let worker: Worker | undefined;

beforeAll(async () => {
  server = await testRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  commands = createRegistryCommands({ redis, prefix: server.prefix });
});
afterEach(async () => {
  await worker?.close();
  worker = undefined;
});
afterAll(async () => {
  await commands.close();
  await redis.quit();
  await server.close();
});

function answerWith(process: (job: Job) => Promise<RegistryAnswer>): void {
  worker = new Worker(REGISTRY_QUEUE, process, { connection: redis, prefix: server.prefix });
  worker.on('error', () => undefined);
}

describe('registry commands', () => {
  it('bring back what the registry answered', async () => {
    const seen: unknown[] = [];
    answerWith(async (job) => {
      seen.push(job.data);
      return { result };
    });
    expect(await commands.execute(command, { timeoutMs: 10_000 })).toEqual(result);
    expect(seen).toEqual([command]);
  });

  it('answer many at once, each with its own', async () => {
    answerWith(async (job) => ({ result: { ...result, version: (job.data as { version: number }).version } }));
    const versions = Array.from({ length: 20 }, (_, index) => index + 1);
    const results = await Promise.all(versions.map((version) => commands.execute({ ...command, version } as RegistryCommand, { timeoutMs: 10_000 })));
    expect(results.map(({ version }) => version)).toEqual(versions);
  });

  it('throw what the registry refused with', async () => {
    answerWith(async () => ({ error: encodeError(new ServingError('version-not-found', 'Model "digits" has no version 2; its versions: 1.')) }));
    await expect(commands.execute(command, { timeoutMs: 10_000 })).rejects.toMatchObject({
      name: 'ServingError',
      kind: 'version-not-found',
      message: 'Model "digits" has no version 2; its versions: 1.',
    });
  });

  it('are tried again when the attempt failed', async () => {
    answerWith(async (job) => {
      if (job.attemptsMade === 0) throw new Error('The store is away.');
      return { result };
    });
    expect(await commands.execute(command, { timeoutMs: 10_000 })).toEqual(result);
  });

  it('fail with the deadline when no registry answers, and are carried out by the next one', async () => {
    await expect(commands.execute(command, { timeoutMs: 100 })).rejects.toMatchObject({
      kind: 'queue-unavailable',
      message: 'The registry did not answer the command "promote" within 100 ms; it may still carry it out.',
    });
    const carriedOut = new Promise<unknown>((resolve) => {
      answerWith(async (job) => {
        resolve(job.data);
        return { result };
      });
    });
    expect(await carriedOut).toEqual(command);
  });

  it('fail within seconds while Redis cannot be reached, and work again when it can', async () => {
    const line = await relayTo(server.url);
    const distant = new Redis(line.port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    distant.on('error', () => undefined);
    const overLine = createRegistryCommands({ redis: distant, prefix: server.prefix });
    answerWith(async () => ({ result }));
    expect(await overLine.execute(command, { timeoutMs: 10_000 })).toEqual(result);

    const closed = once(distant, 'close');
    line.cut();
    await closed;
    const cutAtMs = performance.now();
    await expect(overLine.execute(command, { timeoutMs: 10_000 })).rejects.toMatchObject({ kind: 'queue-unavailable' });
    expect(performance.now() - cutAtMs).toBeLessThan(5_000);

    const ready = once(distant, 'ready');
    line.mend();
    await ready;
    expect(await overLine.execute(command, { timeoutMs: 10_000 })).toEqual(result);
    await overLine.close();
    await distant.quit();
    await line.close();
  }, 30_000);

  it('close within seconds while Redis cannot be reached', async () => {
    const line = await relayTo(server.url);
    const distant = new Redis(line.port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    distant.on('error', () => undefined);
    const overLine = createRegistryCommands({ redis: distant, prefix: server.prefix });
    answerWith(async () => ({ result }));
    await overLine.execute(command, { timeoutMs: 10_000 });

    const closed = once(distant, 'close');
    line.cut();
    await closed;
    const cutAtMs = performance.now();
    await overLine.close();
    expect(performance.now() - cutAtMs).toBeLessThan(5_000);
    distant.disconnect();
    await line.close();
  }, 30_000);
});

interface Relay {
  readonly port: number;
  /** Breaks what stands, and every new connection until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

async function relayTo(url: string): Promise<Relay> {
  const { hostname, port } = new URL(url);
  const standing = new Set<Socket>();
  let isCut = false;
  const relay = createServer((near) => {
    near.on('error', () => undefined);
    if (isCut) return void near.destroy();
    const far = connect(Number(port), hostname).on('error', () => near.destroy());
    for (const socket of [near, far]) standing.add(socket.on('close', () => [near, far].forEach((end) => end.destroy())));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const cut = (): void => {
    isCut = true;
    for (const socket of standing) socket.destroy();
    standing.clear();
  };
  return {
    port: (relay.address() as AddressInfo).port,
    cut,
    mend: () => void (isCut = false),
    async close() {
      cut();
      relay.close();
      await once(relay, 'close');
    },
  };
}
