import type { Stack, StackOptions } from '@switchyard/local-stack';
import type { NamedProcess } from '../processes/process-watch.js';
import { awaitModel } from './await-model.js';
import { startBenchStack } from './bench-stack.js';
import type { System } from './system.js';

export interface SwitchyardOptions extends Pick<StackOptions, 'workers' | 'serviceEnv'> {
  /** Folder that is the object store; holds a champion of `mnist`. */
  readonly objects: string;
}

const MODEL = 'mnist';
const SERVING_DEADLINE_MS = 60_000;

/** Where each format is taken. */
function urls({ httpUrl, grpcTarget }: Pick<Stack, 'httpUrl' | 'grpcTarget'>): Readonly<Record<string, string>> {
  return {
    'tf-serving-json': `${httpUrl}/v1/models/${MODEL}:predict`,
    'open-inference-json': `${httpUrl}/v2/models/${MODEL}/infer`,
    'open-inference-binary': `${httpUrl}/v2/models/${MODEL}/infer`,
    'open-inference-grpc': `http://${grpcTarget}/inference.GRPCInferenceService/ModelInfer`,
    'tf-serving-grpc': `http://${grpcTarget}/tensorflow.serving.PredictionService/Predict`,
  };
}

/** Switchyard as it comes: Redis, registry, trainer, one inference-worker unless told otherwise, one api, each a process, with their defaults. */
export function switchyardSystem(options: SwitchyardOptions): System {
  return {
    name: 'switchyard',
    async start() {
      const startedMs = performance.now();
      const stack = await startBenchStack({ ...options, pipelines: [MODEL] });
      try {
        await awaitModel(stack.httpUrl, MODEL, SERVING_DEADLINE_MS);
      } catch (error) {
        await stack.stop();
        throw error;
      }
      return {
        startUpMs: performance.now() - startedMs,
        urlOf: (format) => urls(stack)[format] ?? null,
        processes: (): NamedProcess[] => [
          ...stack.services.map(({ name, pid }) => ({ name, pid })),
          ...(stack.redis === null ? [] : [{ name: 'redis', pid: stack.redis.pid }]),
        ],
        stop: () => stack.stop(),
      };
    },
  };
}
