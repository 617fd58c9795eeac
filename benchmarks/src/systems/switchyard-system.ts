import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceProcess, Stack, StackOptions } from '@switchyard/local-stack';
import { descendantsOf, readProcessTable } from '../processes/process-table.js';
import type { NamedProcess } from '../processes/process-watch.js';
import type { Asked, Workload } from '../workloads/workload.js';
import { awaitAnswer } from './await-answer.js';
import { awaitModel } from './await-model.js';
import { launchBenchStack } from './bench-stack.js';
import { startFurtherApi } from './further-api.js';
import type { RunningSystem, System } from './system.js';

export interface SwitchyardOptions extends Pick<StackOptions, 'workers' | 'serviceEnv'>, Pick<System, 'isOptional'> {
  /** Folder that is the object store. Each start works on a copy. */
  readonly objects: string;
  /** The models to serve of those that are there; `mnist` by default. */
  readonly models?: readonly string[];
  /** Default `switchyard`. */
  readonly name?: string;
  /** Number of api processes. Default 1. */
  readonly apis?: number;
  /** Over HTTP; it is up once each has had a right answer. By default `mnist` must say that it is available. */
  readonly probes?: readonly Workload[];
}

const MODEL = 'mnist';
const SERVING_DEADLINE_MS = 60_000;

interface Addresses {
  readonly httpUrl: string;
  readonly grpcTarget: string;
}

/** Where each format is taken. */
function urlOf({ httpUrl, grpcTarget }: Addresses, { model, format }: Asked): string | undefined {
  const urls: Readonly<Record<string, string>> = {
    'tf-serving-json': `${httpUrl}/v1/models/${model}:predict`,
    'open-inference-json': `${httpUrl}/v2/models/${model}/infer`,
    'open-inference-binary': `${httpUrl}/v2/models/${model}/infer`,
    'open-inference-grpc': `http://${grpcTarget}/inference.GRPCInferenceService/ModelInfer`,
    'tf-serving-grpc': `http://${grpcTarget}/tensorflow.serving.PredictionService/Predict`,
    jobs: `${httpUrl}/jobs`,
    'form-file': `${httpUrl}/predict?model=${model}`,
  };
  return urls[format.name];
}

/** Switchyard as it comes: Redis, registry, trainer, one inference-worker and one api unless told otherwise, each a process, with their defaults. */
export function switchyardSystem(options: SwitchyardOptions): System {
  const { name = 'switchyard', isOptional = false } = options;
  return { name, isOptional, start: () => start(options) };
}

async function start({ objects, models = [MODEL], apis = 1, probes = [], ...options }: SwitchyardOptions): Promise<RunningSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-bench-objects-'));
  const copy = join(folder, 'objects');
  for (const model of models) await cp(join(objects, 'models', model), join(copy, 'models', model), { recursive: true });
  const startedMs = performance.now();
  // The pipeline of a model that is not there would train it while time is measured.
  const stack = await launchBenchStack({ ...options, objects: copy, pipelines: models.filter((model) => model === MODEL) });
  const further: ServiceProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(further.map((api) => api.stop()));
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [startUpMs] = await Promise.all([firstAnswer(stack, probes).then(() => performance.now() - startedMs), stack.ready()]);
    const addresses: Addresses[] = [stack];
    for (let index = 2; index <= apis; index++) {
      const api = await startFurtherApi(stack, `api-${index}`);
      further.push(api.process);
      addresses.push(api);
    }
    await restOfAnswers(addresses, probes);
    return {
      startUpMs,
      urlsOf: (asked) => addresses.flatMap((each) => urlOf(each, asked) ?? []),
      processes: () => withDescendants([...processesOf(stack), ...further]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstAnswer(stack: Stack, [first]: readonly Workload[]): Promise<void> {
  if (first === undefined) return awaitModel(stack.httpUrl, MODEL, SERVING_DEADLINE_MS);
  await awaitAnswer({ url: urlOf(stack, first) ?? '', workload: first, deadlineMs: SERVING_DEADLINE_MS });
}

/** Every api must know every model. */
async function restOfAnswers(addresses: readonly Addresses[], probes: readonly Workload[]): Promise<void> {
  for (const workload of probes) {
    for (const each of addresses) await awaitAnswer({ url: urlOf(each, workload) ?? '', workload, deadlineMs: SERVING_DEADLINE_MS });
  }
}

function processesOf({ services, redis }: Stack): NamedProcess[] {
  return [...services.map(({ name, pid }) => ({ name, pid })), ...(redis === null ? [] : [{ name: 'redis', pid: redis.pid }])];
}

/** A service may have processes of its own, as one for each SavedModel; they go by its name. */
function withDescendants(services: readonly NamedProcess[]): NamedProcess[] {
  const table = readProcessTable();
  return services.flatMap(({ name, pid }) => [{ name, pid }, ...descendantsOf(pid, table).filter((row) => row.pid !== pid).map((row) => ({ name, pid: row.pid }))]);
}
