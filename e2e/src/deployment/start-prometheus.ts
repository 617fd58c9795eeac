import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ServingError } from '@switchyard/errors';
import { until } from '@switchyard/test-kit';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const QUERY_TIMEOUT_MS = 5_000;
const KEPT_OUTPUT = 4_000;

export interface PrometheusOptions {
  /** The server program; `findTool('prometheus')` finds it. */
  readonly program: string;
  /** Absolute; rule files in it are relative to it. */
  readonly configFile: string;
  readonly port: number;
}

/** One value of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A Prometheus of one's own on the loopback address, whose data is gone with it. */
export interface RunningPrometheus {
  readonly url: string;
  /** Evaluates PromQL now. @throws ServingError `invalid-input` with Prometheus's own sentence */
  query(expression: string): Promise<Sample[]>;
  /** The alerts that are pending or firing, as `{alertname, alertstate, …}` label sets. */
  alerts(): Promise<Sample[]>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** @throws ServingError `internal` with the end of its log when it ends before it is ready, as with a bad configuration */
export async function startPrometheus({ program, configFile, port }: PrometheusOptions): Promise<RunningPrometheus> {
  const data = await mkdtemp(join(tmpdir(), 'switchyard-prometheus-'));
  const child = spawn(program, [`--config.file=${configFile}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = endOf(child);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stop(child, exited).then(() => rm(data, { recursive: true, force: true })));

  const url = `http://127.0.0.1:${port}`;
  try {
    await waitUntilReady(url, exited);
  } catch (error) {
    await close();
    throw error;
  }
  const query = (expression: string): Promise<Sample[]> => instantQuery(url, expression);
  return { url, query, alerts: () => query('ALERTS'), close };
}

type Child = ChildProcessByStdio<null, null, Readable>;

/** Resolves, never rejects, when the process is gone, with the end of what it wrote. */
function endOf(child: Child): Promise<string> {
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-KEPT_OUTPUT)));
  return new Promise((resolve) => {
    child.once('close', () => resolve(output));
    child.once('error', (error) => resolve(error.message));
  });
}

async function stop(child: Child, exited: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

async function waitUntilReady(url: string, exited: Promise<string>): Promise<void> {
  let lastOutput: string | undefined;
  void exited.then((output) => (lastOutput = output));
  const hasEnded = (): boolean => lastOutput !== undefined;
  const answers = async (): Promise<boolean> => (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(QUERY_TIMEOUT_MS) })).ok;
  await until(async () => hasEnded() || (await answers()), { deadlineMs: START_TIMEOUT_MS, describe: 'Prometheus to be ready' });
  if (hasEnded()) throw new ServingError('internal', `Prometheus ended before it was ready:\n${lastOutput}`);
}

async function instantQuery(url: string, expression: string): Promise<Sample[]> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`, { signal: AbortSignal.timeout(QUERY_TIMEOUT_MS) });
  const answer = (await response.json()) as { status: string; error?: string; data: { result: { metric: Record<string, string>; value: [number, string] }[] } };
  if (answer.status !== 'success') throw new ServingError('invalid-input', `Prometheus cannot evaluate ${expression}: ${answer.error}.`);
  return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}
