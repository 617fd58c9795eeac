import type { Queue } from 'bullmq';
import { hasArrived, type Catalog, type CatalogSource } from '@switchyard/model-registry';
import type { Logger } from '@switchyard/service-runtime';
import type { Pipelines } from './load-pipelines.js';
import { enqueueRun } from './run-queue.js';

/** Whether a model has any version at all. */
export function hasVersion(catalog: Catalog, model: string): boolean {
  return (catalog.models.find((candidate) => candidate.name === model)?.versions.length ?? 0) > 0;
}

/**
 * On an empty registry, trains every pipeline's model once, the quickest pipeline first so that something serves soon.
 * Waits for the first real catalog: before it, nobody knows which versions there are.
 */
export class FirstRuns {
  readonly #stopFollowing: () => void;
  readonly #queue: Queue;
  readonly #pipelines: Pipelines;
  readonly #logger: Logger;
  #done = false;

  constructor({ catalog, queue, pipelines, logger }: { catalog: CatalogSource; queue: Queue; pipelines: Pipelines; logger: Logger }) {
    this.#queue = queue;
    this.#pipelines = pipelines;
    this.#logger = logger;
    this.#stopFollowing = catalog.onChange((current) => this.#look(current));
    this.#look(catalog.current());
  }

  close(): Promise<void> {
    this.#stopFollowing();
    return Promise.resolve();
  }

  #look(catalog: Catalog): void {
    if (this.#done || !hasArrived(catalog)) return;
    this.#done = true;
    this.#enqueueMissing(catalog).catch((error: unknown) => {
      this.#done = false;
      this.#logger.warn({ err: error }, 'training.first-runs-failed');
    });
  }

  async #enqueueMissing(catalog: Catalog): Promise<void> {
    const missing = [...this.#pipelines.values()].filter(({ model }) => !hasVersion(catalog, model)).sort((a, b) => a.epochs * a.batchSize - b.epochs * b.batchSize);
    for (const { name } of missing) {
      const runId = await enqueueRun(this.#queue, { pipeline: name, trigger: 'first-start', requestedBy: 'trainer', overrides: {} });
      this.#logger.info({ pipeline: name, runId }, 'training.first-run-queued');
    }
  }
}
