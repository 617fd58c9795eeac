import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from './free-port.js';
import { redisAnswers } from './redis-ping.js';
import { serviceEntry } from './service-entry.js';
import { launchStack, startStack, type Stack } from './stack.js';
import type { ServiceEvent } from './supervised-service.js';

/** A repository whose four services are the fixture. */
let root: string;
let directory: string;
let lines: string[];
const onLine = (source: string, line: string): void => void (source === 'redis' || lines.push(`${source}: ${line}`));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'switchyard-root-'));
  for (const name of ['api', 'inference-worker', 'trainer', 'registry'] as const) {
    const folder = dirname(serviceEntry(root, name));
    await mkdir(folder, { recursive: true });
    // Entry files end in .js; without a package.json that says otherwise this one would be read as CommonJS.
    await copyFile(fileURLToPath(new URL('fixtures/tiny-service.mjs', import.meta.url)), join(folder, 'main.mjs'));
    await copyFile(fileURLToPath(new URL('fixtures/import-main.cjs', import.meta.url)), join(folder, 'main.js'));
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'switchyard-stack-'));
  lines = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function expectGone(stack: Stack): void {
  const pids = [...stack.services.map((service) => service.pid), stack.redis?.pid ?? 0].filter(Boolean);
  expect(pids.length).toBeGreaterThanOrEqual(stack.services.length);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
}

describe('startStack', () => {
  it('starts Redis and every service, and stops them in the order in which work flows', async () => {
    const stack = await startStack({ root, directory, workers: 2, onLine });
    expect(stack.services.map((service) => service.name)).toEqual(['api', 'inference-worker-1', 'inference-worker-2', 'trainer', 'registry']);
    expect((await fetch(`${stack.httpUrl}/ready`)).status).toBe(200);
    await Promise.all([stack.stop(), stack.stop()]);
    const stops = lines.filter((line) => line.endsWith('asked to stop')).map((line) => line.split(':')[0]);
    expect([stops[0], ...stops.slice(1, 3).sort(), ...stops.slice(3)]).toEqual(['api', 'inference-worker-1', 'inference-worker-2', 'trainer', 'registry']);
    expectGone(stack);
    expect((await readdir(directory)).sort()).toEqual(['objects', 'redis']);
  });

  it('leaves a Redis alone that it did not start', async () => {
    const other = await startStack({ root, directory, onLine });
    const second = await mkdtemp(join(tmpdir(), 'switchyard-stack-'));
    const guest = await startStack({ root, directory: second, redisUrl: other.redisUrl, onLine });
    await guest.stop();
    expect(guest.redis).toBeNull();
    expect(await redisAnswers(other.redis?.port ?? 0)).toBe(true);
    await other.stop();
    await rm(second, { recursive: true, force: true });
  });

  it('brings a killed worker back', async () => {
    const restarted = new Map<string, (event: ServiceEvent) => void>();
    const back = new Promise<ServiceEvent>((resolve) => restarted.set('inference-worker-1', resolve));
    const stack = await startStack({ root, directory, onLine, onEvent: (event) => void (event.kind === 'restarted' && restarted.get(event.service)?.(event)) });
    const [worker] = stack.workers;
    const pid = worker?.pid;
    await worker?.kill();
    expect(await back).toEqual({ kind: 'restarted', service: 'inference-worker-1', pid: worker?.pid });
    expect(worker?.pid).not.toBe(pid);
    await worker?.ready(10_000);
    await stack.stop();
    expectGone(stack);
  });

  it('stops everything when one service cannot start, and says which and why', async () => {
    const options = { root, directory, onLine, serviceEnv: { trainer: { FAILS: 'yes' } } };
    await expect(startStack(options)).rejects.toThrow('trainer ended before it was ready (exit code 3):\na setting is missing');
    expect((await readdir(directory)).sort()).toEqual(['objects', 'redis']);
  });

  it('names the port that is taken and its variable before it starts anything', async () => {
    const port = await freePort();
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(port, '127.0.0.1', resolve));
    await expect(startStack({ root, directory, ports: { tfServing: port } })).rejects.toThrow(`Port ${port} is already taken by another program. Stop that program, or choose another port with TF_SERVING_PORT=<port>.`);
    await new Promise((resolve) => occupant.close(resolve));
    expect(await readdir(directory)).toEqual([]);
  });

  it('does not put an empty folder in the place of an object store that is missing', async () => {
    const folder = join(directory, 'not-mounted');
    const objectStoreUrl = pathToFileURL(folder).href;
    await expect(startStack({ root, directory, objectStoreUrl })).rejects.toThrow(`OBJECT_STORE_URL names the folder ${folder}, which does not exist. Make it, or mount the disk it is on.`);
    expect(await readdir(directory)).toEqual([]);
  });

  it('can be aborted while services do not react', async () => {
    const stack = await launchStack({ root, directory, env: { STUBBORN: 'yes' }, onLine });
    await stack.ready();
    const stopped = stack.stop();
    await stack.abort();
    await stopped;
    expectGone(stack);
    expect((await readdir(directory)).sort()).toEqual(['objects', 'redis']);
  });
});
