import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort, startService, type ServiceProcess } from '@switchyard/local-stack';
import { createModelRegistry, registryCommandSchema, type RegistryCommand } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';
import { createFilesystemObjectStore } from '@switchyard/object-store-filesystem';
import { createRegistryCommands, type RegistryCommands } from '@switchyard/queue-bullmq';
import { testRedis, until, type TestRedis } from '@switchyard/test-kit';

const ENTRY = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** Enough files, each synced to disk, that a publish is seen halfway. */
const FILES = 100;

describe('registry processes', () => {
  let folder: string;
  let store: ObjectStore;
  let server: TestRedis;
  let redis: Redis;
  let commands: RegistryCommands;
  let started: ServiceProcess[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-registry-'));
    await mkdir(join(folder, 'objects'));
    store = createFilesystemObjectStore(join(folder, 'objects'));
    server = await testRedis();
    redis = new Redis(server.url, { maxRetriesPerRequest: null });
    commands = createRegistryCommands({ redis, prefix: server.prefix });
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((registry) => registry.kill()));
    await commands.close();
    await redis.quit();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('finish what one that was killed had in hand, and the caller gets the answer', async () => {
    const command = await stageManyFiles();
    const first = await startRegistry('first');
    const answer = commands.execute(command, { timeoutMs: 60_000 });
    await until(() => store.stat('models/digits/versions/1/onnx/part-010.bin'), { deadlineMs: 20_000, describe: 'the publish to be under way' });
    await first.kill();
    expect(await store.stat('models/digits/versions/1/manifest.json')).toBeNull();
    await startRegistry('second');
    expect(await answer).toEqual({ model: 'digits', version: 1, aliases: { champion: 1 } });
    const registry = createModelRegistry({ store, now: Date.now });
    expect((await registry.readCatalog()).models[0]?.versions).toHaveLength(1);
    expect(await registry.promotions('digits')).toHaveLength(1);
  }, 90_000);

  it('take one command at a time, however many they are', async () => {
    await Promise.all([startRegistry('first'), startRegistry('second')]);
    await commands.execute(await stageManyFiles(), { timeoutMs: 30_000 });
    const aliases = Array.from({ length: 10 }, (_, index) => `alias-${index}`);
    await Promise.all(aliases.map((alias) => commands.execute({ command: 'set-alias', model: 'digits', by: 'ada', why: '', alias, version: 1 }, { timeoutMs: 30_000 })));
    const log = await createModelRegistry({ store, now: Date.now }).promotions('digits');
    expect(log.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(log.map(({ alias }) => alias).sort()).toEqual([...aliases, 'champion'].sort());
  }, 90_000);

  it('stop within seconds when they are asked to', async () => {
    const registry = await startRegistry('only');
    expect(await registry.stop()).toEqual({ code: 0, signal: null });
  }, 60_000);

  async function startRegistry(name: string): Promise<ServiceProcess> {
    const opsPort = await freePort();
    const env = {
      ...process.env, NODE_OPTIONS: '', REDIS_URL: server.url, QUEUE_PREFIX: server.prefix, OPS_PORT: String(opsPort),
      OBJECT_STORE_URL: pathToFileURL(join(folder, 'objects')).href, LOG_LEVEL: 'warn',
    };
    const registry = startService({ name, entry: ENTRY, env, opsPort });
    started.push(registry);
    await registry.ready();
    return registry;
  }

  async function stageManyFiles(): Promise<RegistryCommand> {
    const files = Array.from({ length: FILES }, (_, index) => ({ path: `onnx/part-${String(index).padStart(3, '0')}.bin`, content: Buffer.alloc(100_000, index) }));
    for (const { path, content } of files) await store.put(`runs/r1/staged/${path}`, content);
    const tensor = { dtype: 'float32', shape: [-1, 2] };
    const described = files.map(({ path, content }) => ({ path, bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') }));
    return registryCommandSchema.parse({
      command: 'publish', model: 'digits', by: 'ada', promote: true, stagedUnder: 'runs/r1/staged',
      draft: {
        signature: { inputs: [{ name: 'x', ...tensor }], outputs: [{ name: 'y', ...tensor }] },
        artifacts: [{ format: 'onnx', files: described }],
        lineage: { runId: 'r1', datasetName: null, datasetDigest: null, parentVersion: null },
      },
    });
  }
});
