import { Batcher, CostTable, allowedBatchRows, type BatchObserver, type BatchPolicy } from '@switchyard/batching';
import type { Clock } from '@switchyard/clock';
import { selectEngine, warmUpIfKnown, type Engine, type EngineName, type LoadedModel } from '@switchyard/engine';
import { toServingError, type ServingError } from '@switchyard/errors';
import type { Manifest } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';
import type { Logger } from '@switchyard/service-runtime';
import { fetchArtifact } from './fetch-artifact.js';

export interface LoadVersionOptions {
  readonly store: ObjectStore;
  readonly engines: readonly Engine[];
  /** The engine the operator wants first, whatever was measured when a version was published. */
  readonly pinnedEngine: EngineName | undefined;
  readonly cacheDirectory: string;
  readonly policy: BatchPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observe: (model: string, engine: string) => BatchObserver;
}

/** A version that is loaded, warm and taking rows. */
export interface LoadedVersion {
  readonly manifest: Manifest;
  readonly engineName: string;
  readonly batcher: Batcher;
  readonly warmUpMs: number;
  /** Why the engine answers nothing for the time being (quarantine); null while it does. */
  outage(): ServingError | null;
  /** Finishes what waits, then frees the model. */
  close(): Promise<void>;
}

/** Downloads, loads, runs the allowed batch sizes that may pay, and only then gives the version out. */
export async function loadVersion(manifest: Manifest, options: LoadVersionOptions): Promise<LoadedVersion> {
  const startedAtMs = options.clock.nowMs();
  const { model, engineName, format } = await loadWithFirstEngine(manifest, options);
  try {
    const loadedAtMs = options.clock.nowMs();
    const costs = await warmUpIfKnown(model, allowedBatchRows(options.policy.maxBatchRows), options.clock);
    const endedAtMs = options.clock.nowMs();
    const durationMs = Math.round(endedAtMs - startedAtMs);
    options.logger.info({ model: manifest.name, version: manifest.version, engine: engineName, format, durationMs, costs: [...costs] }, 'model.loaded');
    return serve(manifest, { model, engineName, costs, warmUpMs: endedAtMs - loadedAtMs }, options);
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function serve(manifest: Manifest, loaded: { model: LoadedModel; engineName: string; costs: ReadonlyMap<number, number>; warmUpMs: number }, options: LoadVersionOptions): LoadedVersion {
  const { model, engineName, costs, warmUpMs } = loaded;
  const batcher = new Batcher({
    run: (inputs, options) => model.run(inputs, options),
    maxConcurrentRuns: model.maxConcurrentRuns,
    policy: options.policy,
    costs: new CostTable(costs),
    clock: options.clock,
    observer: options.observe(manifest.name, engineName),
  });
  return {
    manifest,
    engineName,
    batcher,
    warmUpMs,
    outage: () => model.outage?.() ?? null,
    async close() {
      await batcher.close();
      await model.dispose();
    },
  };
}

/** Tries the engines in order of preference; one whose library is missing makes way for the next. */
async function loadWithFirstEngine(manifest: Manifest, options: LoadVersionOptions): Promise<{ model: LoadedModel; engineName: string; format: string }> {
  let engines = options.engines;
  logOverruledChoice(manifest, options);
  for (;;) {
    const { engine, artifact } = selectEngine(engines, manifest, options.pinnedEngine);
    try {
      const directory = await fetchArtifact(options.store, manifest, artifact, options.cacheDirectory);
      const model = await engine.load({ format: artifact.format, directory, signature: manifest.signature, signatureName: manifest.signatureName });
      return { model, engineName: engine.name, format: artifact.format };
    } catch (thrown) {
      const error = toServingError(thrown);
      if (error.kind !== 'engine-unavailable') throw error;
      options.logger.warn({ model: manifest.name, version: manifest.version, engine: engine.name, reason: error.message }, 'engine.unavailable');
      engines = engines.filter((candidate) => candidate !== engine);
    }
  }
}

/** An operator who pins an engine gives up what was measured: that should not stay unnoticed. */
function logOverruledChoice({ name, version, engineChoice }: Manifest, { pinnedEngine, logger }: LoadVersionOptions): void {
  if (pinnedEngine === undefined || engineChoice === null || engineChoice.engine === pinnedEngine) return;
  logger.info({ model: name, version, pinned: pinnedEngine, found: engineChoice.engine, reason: engineChoice.reason }, 'engine.choice-overruled');
}
