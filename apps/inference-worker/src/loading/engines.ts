import { cpus } from 'node:os';
import type { Engine, EngineName } from '@switchyard/engine';
import { isolateEngine } from '@switchyard/engine-isolation';
import type { Logger } from '@switchyard/service-runtime';

export interface EngineOptions {
  readonly preferred: EngineName;
  readonly threads: number;
  readonly logger: Logger;
}

/** Every engine, the preferred one first, each off this event loop; none is started before a model needs it. */
export function createEngines({ preferred, threads, logger }: EngineOptions): Engine[] {
  const onHostExit = (exit: unknown): void => logger.error({ exit }, 'engine.host-exit');
  const intraOpThreads = Math.max(1, Math.floor(cpus().length / (2 * threads)));
  const engines: Engine[] = [
    isolateEngine({
      engine: { name: 'onnx', formats: ['onnx'] }, isolation: 'thread', workers: threads, onHostExit,
      moduleUrl: import.meta.resolve('@switchyard/engine-onnx'), factoryName: 'createOnnxEngine', factoryOptions: { intraOpThreads },
    }),
    // libtensorflow aborts its process on some inputs (docs/decisions): a process of its own keeps this one alive.
    isolateEngine({
      engine: { name: 'tensorflow', formats: ['tfjs-layers', 'tfjs-graph'] }, isolation: 'process', workers: threads, onHostExit,
      moduleUrl: import.meta.resolve('@switchyard/engine-tensorflow'), factoryName: 'createTensorflowEngine',
    }),
    isolateEngine({
      engine: { name: 'wasm', formats: ['tfjs-layers', 'tfjs-graph'] }, isolation: 'thread', workers: threads, onHostExit,
      moduleUrl: import.meta.resolve('@switchyard/engine-wasm'), factoryName: 'createWasmEngine',
    }),
  ];
  return engines.sort((a, b) => Number(b.name === preferred) - Number(a.name === preferred));
}
