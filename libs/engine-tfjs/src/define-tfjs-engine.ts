import { defineEngine, type Engine, type EngineName, type ModelArtifact } from '@switchyard/engine';
import { nativeTfjsModel } from './native-tfjs-model.js';
import { graphModel, layersModel, type TfjsModel } from './tfjs-model.js';
import type { TfjsRuntime } from './tfjs-runtime.js';

export interface TfjsEngineDefinition {
  readonly name: EngineName;
  /** Awaited by every load; starts the library no more than once. @throws ServingError `engine-unavailable` saying what to do. */
  start(): Promise<TfjsRuntime>;
}

/**
 * An engine for TensorFlow.js models (`model.json` and weight shards): all of it but the library's backend and its way to files.
 * It runs on the calling thread and blocks it, and TensorFlow.js has one backend a thread: a service hosts such an engine
 * off its event loop, and no two of them in one thread.
 */
export function defineTfjsEngine({ name, start }: TfjsEngineDefinition): Engine {
  return defineEngine({
    name,
    formats: ['tfjs-layers', 'tfjs-graph'],
    maxConcurrentRuns: 1,
    async read(artifact) {
      const runtime = await start();
      return nativeTfjsModel(runtime.tf, await readModel(runtime, artifact), artifact.signature);
    },
  });
}

async function readModel(runtime: TfjsRuntime, { format, directory }: ModelArtifact): Promise<TfjsModel> {
  return format === 'tfjs-layers'
    ? layersModel(await runtime.readLayersModel(directory))
    : graphModel(await runtime.readGraphModel(directory));
}
