import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { register } from 'prom-client';
import { REGISTRY_QUEUE, catalogSchema, registryCommandSchema, type Catalog, type RegistryCommand, type RegistryResult } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';
import { createFilesystemObjectStore } from '@switchyard/object-store-filesystem';
import { createRegistryCommands, type RegistryCommands } from '@switchyard/queue-bullmq';
import { createLogger, startService, type RunningService } from '@switchyard/service-runtime';
import { testRedis, until, type TestRedis } from '@switchyard/test-kit';
import { registryConfigSchema } from './registry.config.js';
import { RegistryModule } from './registry.module.js';

const BY = { model: 'digits', by: 'ada', why: 'a reason' };

let folder: string;
let store: ObjectStore;
let server: TestRedis;
let redis: Redis;
let commands: RegistryCommands;
let service: RunningService;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-registry-'));
  server = await testRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  commands = createRegistryCommands({ redis, prefix: server.prefix });
});
afterEach(async () => {
  await service.close();
  await commands.close();
  await redis.quit();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** The service in this process, on the folder `objects`. */
async function start(): Promise<void> {
  register.clear();
  const config = registryConfigSchema.parse({
    REDIS_URL: server.url, QUEUE_PREFIX: server.prefix, OBJECT_STORE_URL: pathToFileURL(join(folder, 'objects')).href, LOG_LEVEL: 'silent', OPS_PORT: 0,
  });
  const logger = createLogger('registry', config.LOG_LEVEL);
  service = await startService({ name: 'registry', module: RegistryModule.register({ name: 'registry', config, logger }), config, logger, port: config.OPS_PORT });
}

async function stage(runId: string): Promise<RegistryCommand> {
  store ??= createFilesystemObjectStore(join(folder, 'objects'));
  const content = Buffer.from(`model of ${runId}`);
  await store.put(`runs/${runId}/staged/onnx/model.onnx`, content);
  const file = { path: 'onnx/model.onnx', bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') };
  const tensor = { dtype: 'float32', shape: [-1, 2] };
  return registryCommandSchema.parse({
    command: 'publish', ...BY, promote: true, stagedUnder: `runs/${runId}/staged`,
    draft: {
      signature: { inputs: [{ name: 'x', ...tensor }], outputs: [{ name: 'y', ...tensor }] },
      artifacts: [{ format: 'onnx', files: [file] }],
      lineage: { runId, datasetName: null, datasetDigest: null, parentVersion: null },
    },
  });
}

const execute = (command: RegistryCommand): Promise<RegistryResult> => commands.execute(command, { timeoutMs: 20_000 });

async function snapshot(): Promise<Catalog | null> {
  const text = await redis.get(`${server.prefix}:catalog`);
  return text === null ? null : catalogSchema.parse(JSON.parse(text));
}

async function ready(): Promise<{ status: number; body: string }> {
  const { port } = service.app.getHttpServer().address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/ready`);
  return { status: response.status, body: await response.text() };
}

describe('registry service', () => {
  beforeEach(async () => {
    await mkdir(join(folder, 'objects'));
    store = createFilesystemObjectStore(join(folder, 'objects'));
  });

  it('publishes, promotes and rolls back, and every change is in the snapshot when it is answered', async () => {
    await start();
    expect(await execute(await stage('r1'))).toEqual({ model: 'digits', version: 1, aliases: { champion: 1 } });
    expect((await snapshot())?.models).toMatchObject([{ name: 'digits', serving: { aliases: { champion: 1 } }, versions: [{ version: 1 }] }]);
    expect(await execute({ ...(await stage('r2')), promote: false } as RegistryCommand)).toMatchObject({ version: 2, aliases: { champion: 1 } });
    await execute({ command: 'promote', ...BY, version: 2 });
    expect((await snapshot())?.models[0]?.serving).toEqual({ aliases: { champion: 2, previous: 1 }, revision: 2 });
    await execute({ command: 'rollback', ...BY });
    expect((await snapshot())?.models[0]?.serving.aliases).toEqual({ champion: 1, previous: 2 });
    await execute({ command: 'set-alias', ...BY, alias: 'shadow', version: 2 });
    expect((await snapshot())?.models[0]?.serving.aliases).toEqual({ champion: 1, previous: 2, shadow: 2 });
  }, 60_000);

  it('answers a refusal with its kind and its sentence', async () => {
    await start();
    await expect(execute({ command: 'promote', ...BY, version: 1 })).rejects.toMatchObject({ kind: 'model-not-found', message: 'There is no model "digits".' });
    await execute(await stage('r1'));
    await expect(execute({ command: 'rollback', ...BY })).rejects.toMatchObject({ kind: 'conflict' });
  }, 60_000);

  it('answers what is no command with every problem', async () => {
    await start();
    const connection = { connection: redis, prefix: server.prefix };
    const queue = new Queue(REGISTRY_QUEUE, connection);
    // From the first event on: the job may be done before anybody listens.
    const events = new QueueEvents(REGISTRY_QUEUE, { ...connection, lastEventId: '0-0' });
    try {
      const job = await queue.add('nonsense', { command: 'promote', model: '../x', by: 'ada' });
      expect(await job.waitUntilFinished(events, 20_000)).toEqual({ error: { kind: 'invalid-input', message: expect.stringMatching(/model: .*; version: /) } });
    } finally {
      await Promise.all([queue.close(), events.close()]);
    }
  }, 60_000);

  it('gives a version once to a run that is published by many at once', async () => {
    await start();
    const command = await stage('r1');
    const results = await Promise.all(Array.from({ length: 5 }, () => execute(command)));
    expect(results.map(({ version }) => version)).toEqual([1, 1, 1, 1, 1]);
  }, 60_000);

  it('puts the snapshot back when Redis lost it, and takes one command at a time again', async () => {
    await start();
    await execute(await stage('r1'));
    const before = await snapshot();
    await server.flush();
    const after = await until(snapshot, { deadlineMs: 20_000, describe: 'the snapshot to be back' });
    expect(after.models).toEqual(before?.models);
    expect(await redis.hget(`${server.prefix}:${REGISTRY_QUEUE}:meta`, 'concurrency')).toBe('1');
    // Job ids count from 1 again: a new command must not be taken for the one that had the id before.
    expect(await execute(await stage('r2'))).toMatchObject({ version: 2, aliases: { champion: 2, previous: 1 } });
    expect(await execute({ command: 'rollback', ...BY })).toMatchObject({ version: 1 });
  }, 60_000);

  it('has everything again after a restart on an empty Redis', async () => {
    await start();
    await execute(await stage('r1'));
    await execute(await stage('r2'));
    const before = await snapshot();
    await service.close();
    await server.flush();
    await start();
    const after = await until(snapshot, { deadlineMs: 20_000, describe: 'the snapshot' });
    expect(after.models).toEqual(before?.models);
    expect((await ready()).status).toBe(200);
  }, 60_000);
});

describe('registry service without its store', () => {
  it('starts, says in /ready what is missing, and publishes the catalog when the store comes', async () => {
    await start();
    const unready = await until(
      async () => {
        const answer = await ready();
        return answer.body.includes('The folder of the object store is missing') ? answer : undefined;
      },
      { deadlineMs: 20_000, describe: 'the reason' },
    );
    expect(unready.status).toBe(503);
    expect(unready.body).toContain('The catalog has not been published yet');
    expect(await snapshot()).toBeNull();
    await mkdir(join(folder, 'objects'));
    await until(async () => (await ready()).status === 200, { deadlineMs: 20_000, describe: 'the registry to be ready' });
    expect((await snapshot())?.models).toEqual([]);
  }, 60_000);
});
