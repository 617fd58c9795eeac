import { availableParallelism } from 'node:os';
import type { Engine } from '@switchyard/engine';
import { isolateEngine } from '@switchyard/engine-isolation';
import type { Logger } from '@switchyard/service-runtime';

export interface EngineOptions {
  /** That run batches side by side. */
  readonly threads: number;
  /** Within one run of a model whose rows take long (docs/decisions/0044); the cores over `threads` by default, at most eight. Quick models get half of them. */
  readonly runThreads: number | undefined;
  readonly logger: Logger;
}

/** More gain a single row of an ordinary network little. Chosen. */
const MOST_RUN_THREADS = 8;

function defaultRunThreads(threads: number): number {
  return Math.min(MOST_RUN_THREADS, Math.max(1, Math.floor(availableParallelism() / threads)));
}

/** Every engine, fastest in general first, each off this event loop; none is started before a model needs it. */
export function createEngines({ threads, runThreads = defaultRunThreads(threads), logger }: EngineOptions): Engine[] {
  const onHostExit = (exit: unknown): void => logger.error({ exit }, 'engine.host-exit');
  const onnxThreads = { intraOpThreads: Math.max(1, Math.floor(runThreads / 2)), dearRowThreads: runThreads };
  return [
    isolateEngine({
      engine: { name: 'onnx', formats: ['onnx'] }, isolation: 'thread', workers: threads, onHostExit,
      moduleUrl: import.meta.resolve('@switchyard/engine-onnx'), factoryName: 'createOnnxEngine', factoryOptions: onnxThreads,
    }),
    // libtensorflow aborts its process on some inputs (docs/decisions): a process of its own keeps this one alive.
    isolateEngine({
      engine: { name: 'tensorflow', formats: ['tfjs-layers', 'tfjs-graph'] }, isolation: 'process', workers: threads, onHostExit,
      moduleUrl: import.meta.resolve('@switchyard/engine-tensorflow'), factoryName: 'createTensorflowEngine',
    }),
    // What a SavedModel leaves open cannot be checked beforehand: each has a process to itself, so that its end takes no other model along.
    isolateEngine({
      engine: { name: 'tensorflow', formats: ['saved-model'] }, isolation: 'process', sharing: 'one-model', workers: threads, onHostExit,
      moduleUrl: import.meta.resolve('@switchyard/engine-tensorflow'), factoryName: 'createSavedModelEngine',
    }),
    isolateEngine({
      engine: { name: 'wasm', formats: ['tfjs-layers', 'tfjs-graph'] }, isolation: 'thread', workers: threads, onHostExit,
      moduleUrl: import.meta.resolve('@switchyard/engine-wasm'), factoryName: 'createWasmEngine',
    }),
  ];
}
