import { readFile, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nestDigit, readTestDigits } from './stack/digits.js';
import { getJson, postJson } from './stack/http.js';
import { drawPoints } from './stack/points.js';
import { maxDifference } from './stack/reference-model.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const ENGINES = ['onnx', 'tensorflow', 'wasm'] as const;
type EngineName = (typeof ENGINES)[number];

/** What compile on publish promises of every form of a model. */
const PARITY = 1e-5;
const DIGITS = 50;

interface Observed {
  readonly digits: number[][];
  readonly points: number[][];
  /** `model → engine` by `switchyard_models_loaded`. */
  readonly loaded: Readonly<Record<string, string>>;
  /** The processes that have TensorFlow's library in their memory, by the service they belong to. */
  readonly withTensorflow: string[];
}

const observed = new Map<EngineName, Observed>();

beforeAll(async () => {
  for (const engine of ENGINES) observed.set(engine, await observe(engine));
}, 500_000);

/** One stack after the other: three at once would not fit a small machine. */
async function observe(engine: EngineName): Promise<Observed> {
  // Unset is what is promised to mean onnx.
  const env: Record<string, string> = engine === 'onnx' ? {} : { ENGINE: engine };
  const stack = await startTrainedStack({ serviceEnv: { 'inference-worker': env } });
  try {
    const digits = (await readTestDigits(DIGITS)).map(nestDigit);
    const points = drawPoints(DIGITS).map((point) => [...point]);
    return {
      digits: await predict(stack, 'mnist', digits),
      points: await predict(stack, 'simple_classifier', points),
      loaded: await loadedEngines(stack),
      withTensorflow: await processesWithTensorflow(stack),
    };
  } finally {
    await stack.close();
  }
}

async function predict(stack: TrainedStack, model: string, instances: readonly unknown[]): Promise<number[][]> {
  const { status, body } = await postJson<{ predictions: number[][] }>(`${stack.httpUrl}/v1/models/${model}:predict`, { instances });
  expect(status).toBe(200);
  return body.predictions;
}

async function loadedEngines(stack: TrainedStack): Promise<Record<string, string>> {
  const { body } = await getJson<string>(`${stack.workers[0]!.url}/metrics`);
  const samples = [...body.matchAll(/^switchyard_models_loaded\{([^}]*)\} 1$/gm)].map(([, labels]) => Object.fromEntries([...labels!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value])));
  return Object.fromEntries(samples.map(({ model, engine }) => [model, engine]));
}

/** Looks into the memory maps of each service and of every process below it. */
async function processesWithTensorflow(stack: TrainedStack): Promise<string[]> {
  const parents = await parentsOfProcesses();
  const found = [];
  for (const { name, pid } of stack.services) {
    for (const member of [pid, ...descendantsOf(pid, parents)]) {
      const maps = await readFile(`/proc/${member}/maps`, 'utf8').catch(() => '');
      if (maps.includes('libtensorflow')) found.push(name);
    }
  }
  return found;
}

/** Pid → pid of its parent, from `/proc/<pid>/stat`: the second field after the name, which is in brackets. */
async function parentsOfProcesses(): Promise<Map<number, number>> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return new Map(stats.flatMap((stat, index) => (stat === '' ? [] : [[Number(pids[index]), Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2])] as const])));
}

function descendantsOf(pid: number, parents: ReadonlyMap<number, number>): number[] {
  const children = [...parents].filter(([, parent]) => parent === pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...descendantsOf(child, parents)]);
}

afterAll(() => observed.clear());

describe.each(['tensorflow', 'wasm'] as const)('the engine %s', (engine) => {
  it.each(['digits', 'points'] as const)('answers %s as the default engine does', (rows) => {
    const [given, expected] = [observed.get(engine)![rows], observed.get('onnx')![rows]];
    expect(given.length).toBe(DIGITS);
    const differences = given.map((row, index) => maxDifference(row, expected[index]!));
    process.stderr.write(`engines: ${engine} and onnx differ by at most ${Math.max(...differences).toExponential(1)} on ${DIGITS} ${rows}\n`);
    expect(Math.max(...differences)).toBeLessThanOrEqual(PARITY);
    expect(given.map(largest)).toEqual(expected.map(largest));
  });
});

describe.each(ENGINES)('a worker with ENGINE=%s', (engine) => {
  it('says in its metrics that this engine has loaded both models', () => {
    expect(observed.get(engine)!.loaded).toEqual({ mnist: engine, simple_classifier: engine });
  });
});

const linux = process.platform === 'linux' ? describe : describe.skip;
linux('TensorFlow’s library', () => {
  it('is in no process that serves, unless it is asked for', () => {
    expect(observed.get('onnx')!.withTensorflow.filter((service) => service !== 'trainer')).toEqual([]);
    expect(observed.get('wasm')!.withTensorflow.filter((service) => service !== 'trainer')).toEqual([]);
  });

  it('is in a process of the worker’s when it is asked for', () => {
    expect(observed.get('tensorflow')!.withTensorflow).toContain('inference-worker-1');
  });
});

/** The class a row speaks for; of a single probability, whether it is above a half. */
function largest(row: readonly number[]): number {
  return row.length === 1 ? Number(row[0]! > 0.5) : row.indexOf(Math.max(...row));
}
