import type { Redis } from 'ioredis';
import { hasCatalog, publishCatalog } from '@switchyard/catalog-redis';
import type { Catalog, ModelRegistry } from '@switchyard/model-registry';
import type { Logger } from '@switchyard/service-runtime';

/** How soon a snapshot that Redis lost is there again. */
const CHECK_INTERVAL_MS = 2_000;

export interface CatalogKeeperOptions {
  readonly registry: Pick<ModelRegistry, 'readCatalog' | 'repair'>;
  readonly redis: Redis;
  readonly prefix: string;
  readonly logger: Logger;
  /** Puts back what else Redis must hold before commands are taken. */
  readonly prepareQueue: () => Promise<void>;
  /** Told of each snapshot, for metrics. */
  readonly onPublished: (catalog: Catalog) => void;
}

/** Keeps the catalog snapshot in Redis equal to the object store: after every change, at start, and whenever Redis has lost it. */
export class CatalogKeeper {
  readonly #options: CatalogKeeperOptions;
  readonly #timer: NodeJS.Timeout;
  /** A Redis that was away may come back empty. */
  readonly #onReady = (): void => void this.#check();
  #rebuilding: Promise<void> | undefined;
  #failure: unknown;
  #isPublished = false;

  constructor(options: CatalogKeeperOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#check(), CHECK_INTERVAL_MS);
    options.redis.on('ready', this.#onReady);
    void this.#check();
  }

  /** Reads the store and publishes what it holds. @throws ServingError `storage-unavailable` */
  async publish(): Promise<void> {
    const { registry, redis, prefix, onPublished } = this.#options;
    const catalog = await registry.readCatalog();
    await publishCatalog(redis, prefix, catalog);
    this.#isPublished = true;
    onPublished(catalog);
  }

  /** @throws Error while no snapshot could be published yet. */
  assertPublished(): void {
    if (!this.#isPublished) throw new Error(`The catalog has not been published yet${this.#failure instanceof Error ? `: ${this.#failure.message}` : '.'}`);
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#options.redis.off('ready', this.#onReady);
    return this.#rebuilding ?? Promise.resolve();
  }

  /** One look at a time: while Redis is away looks must not pile up. */
  #check(): Promise<void> {
    return (this.#rebuilding ??= this.#rebuild().finally(() => (this.#rebuilding = undefined)));
  }

  async #rebuild(): Promise<void> {
    const { registry, redis, prefix, logger, prepareQueue } = this.#options;
    if (redis.status !== 'ready') return;
    try {
      if (this.#isPublished && (await hasCatalog(redis, prefix))) return;
      await prepareQueue();
      await registry.repair();
      await this.publish();
      this.#failure = undefined;
      logger.info('catalog.published');
    } catch (error) {
      if (this.#failure === undefined) logger.warn({ err: error }, 'catalog.publish-failed');
      this.#failure = error;
    }
  }
}
