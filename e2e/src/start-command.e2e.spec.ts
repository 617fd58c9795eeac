import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePorts } from '@switchyard/local-stack';
import { until } from '@switchyard/test-kit';
import { firstStart } from './stack/first-start.js';
import { getJson } from './stack/http.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_DEADLINE_MS = 60_000;

/** `switchyard start` as `npm start` runs it once everything is set up, on a store that holds both models already. */
let home: string;
let command: ChildProcess;
let output = '';
let readyAfterMs: number;
let pids: number[];

beforeAll(async () => {
  const { objectsDirectory } = await firstStart();
  home = await mkdtemp(join(tmpdir(), 'switchyard-e2e-home-'));
  await cp(objectsDirectory, join(home, 'objects'), { recursive: true });
  const [http, tfServing, grpc, worker, trainer, registry] = await freePorts(6);
  const ports = { HTTP_PORT: http, TF_SERVING_PORT: tfServing, GRPC_PORT: grpc, WORKER_OPS_PORT: worker, TRAINER_OPS_PORT: trainer, REGISTRY_OPS_PORT: registry };
  const env = { ...process.env, NODE_OPTIONS: '', SWITCHYARD_HOME: home, ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])) };
  const startedAtMs = performance.now();
  command = spawn(process.execPath, [join(ROOT, 'apps/cli/dist/main.js'), 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [command.stdout, command.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes('is ready after'), { deadlineMs: READY_DEADLINE_MS, describe: 'the start to be ready' });
  readyAfterMs = performance.now() - startedAtMs;
  pids = await descendants(command.pid as number);
}, 400_000);

afterAll(async () => {
  command.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

describe('a second start', () => {
  it('is ready in under 10 s and trains nothing', async () => {
    process.stderr.write(`second start: ready after ${(readyAfterMs / 1_000).toFixed(1)} s\n`);
    expect(readyAfterMs).toBeLessThan(10_000);
    expect(output).not.toContain('fit:');
  });

  it('prints one curl line that works when pasted', async () => {
    const lines = output.split('\n').filter((line) => line.trim().startsWith('curl '));
    expect(lines).toHaveLength(1);
    const { stdout } = await promisify(execFile)('sh', ['-c', lines[0] as string], { timeout: 10_000 });
    expect(JSON.parse(stdout)).toEqual({ predictions: [[expect.closeTo(1, 1)]] });
  });

  it('prints addresses that answer', async () => {
    const [docs] = /http:\S+\/docs/.exec(output) ?? [];
    expect((await getJson(docs as string)).status).toBe(200);
  });

  it('drains and stops everything it started on Ctrl-C, and ends with 0', async () => {
    expect(pids.length).toBeGreaterThanOrEqual(5); // Redis and the four services
    const exited = once(command, 'exit');
    command.kill('SIGINT');
    expect((await exited)[0]).toBe(0);
    expect(pids.filter(isRunning)).toEqual([]);
  });
});

async function descendants(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout.trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const below = (parent: number): number[] => pairs.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid).filter(isRunning);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
