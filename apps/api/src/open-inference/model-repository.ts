import { setTimeout as sleep } from 'node:timers/promises';
import { ServingError } from '@switchyard/errors';
import { workersServing, type WorkerDirectory } from '@switchyard/inference';
import { CHAMPION, findModel, type CatalogModel, type CatalogSource } from '@switchyard/model-registry';
import { repositoryIndex, type RepositoryEntry } from '@switchyard/protocol-open-inference';
import type { RegistryCommands } from '@switchyard/queue-bullmq';

const COMMAND_TIMEOUT_MS = 15_000;
/** How long a load waits for a worker to have the version; what takes longer goes on loading. */
const READY_TIMEOUT_MS = 60_000;
const LOOK_INTERVAL_MS = 50;

export interface ModelRepositoryOptions {
  readonly catalog: CatalogSource;
  readonly workers: WorkerDirectory;
  readonly registry: RegistryCommands;
}

/** The model repository of the Open Inference Protocol, over REST and gRPC: what could serve, and which models do. */
export class ModelRepository {
  readonly #options: ModelRepositoryOptions;

  constructor(options: ModelRepositoryOptions) {
    this.#options = options;
  }

  index({ readyOnly }: { readonly readyOnly: boolean }): RepositoryEntry[] {
    const entries = repositoryIndex(this.#options.catalog.current(), this.#options.workers.current());
    return readyOnly ? entries.filter(({ state }) => state === 'READY') : entries;
  }

  /**
   * Serves the model again: the version that served when it was unloaded, else the latest; does nothing to a model that serves.
   * Resolves when a worker has the version loaded.
   * @throws ServingError `model-not-found`, `model-not-ready` when loading takes too long, or what the registry refused with.
   */
  async load(name: string, by: string): Promise<void> {
    const model = this.#find(name);
    const champion = model.serving.aliases[CHAMPION];
    const version = champion ?? Math.max(...model.versions.map((manifest) => manifest.version));
    if (champion === undefined || model.serving.unloaded === true) {
      await this.#options.registry.execute({ command: 'promote', model: name, version, by, why: 'loaded through the model repository' }, { timeoutMs: COMMAND_TIMEOUT_MS });
    }
    const isReady = async (): Promise<boolean> => !this.#isUnloaded(name) && workersServing(await this.#options.workers.refresh(), name, version) > 0;
    if (await this.#until(isReady)) return;
    throw new ServingError('model-not-ready', `Model "${name}" is not loaded after ${READY_TIMEOUT_MS / 1_000} s; a worker may still be loading it.`, { retryAfterMs: 5_000 });
  }

  /**
   * Stops serving the model, all its versions and aliases; what is on its way is answered, and workers free the memory within half a minute.
   * Resolves when this api serves it no longer.
   * @throws ServingError `model-not-found`, or what the registry refused with.
   */
  async unload(name: string, by: string): Promise<void> {
    this.#find(name);
    await this.#options.registry.execute({ command: 'unload', model: name, by, why: 'unloaded through the model repository' }, { timeoutMs: COMMAND_TIMEOUT_MS });
    if (await this.#until(() => Promise.resolve(this.#isUnloaded(name)))) return;
    throw new ServingError('queue-unavailable', `The registry has unloaded model "${name}", but the catalog that says so has not arrived.`, { retryAfterMs: 1_000 });
  }

  #find(name: string): CatalogModel {
    return findModel(this.#options.catalog.current(), name);
  }

  #isUnloaded(name: string): boolean {
    return this.#find(name).serving.unloaded === true;
  }

  /** Whether it came true before the time was over. */
  async #until(isTrue: () => Promise<boolean>): Promise<boolean> {
    const endsAtMs = performance.now() + READY_TIMEOUT_MS;
    while (performance.now() < endsAtMs) {
      if (await isTrue()) return true;
      await sleep(LOOK_INTERVAL_MS);
    }
    return false;
  }
}
