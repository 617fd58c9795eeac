import type { Redis } from 'ioredis';
import { EMPTY_CATALOG, catalogSchema, type Catalog, type CatalogSource } from '@switchyard/model-registry';
import { isReachable } from './is-reachable.js';
import { catalogChannel, catalogKey } from './keys.js';

/** An announcement can be lost while Redis is away; a look at this interval makes up for it. */
const REFRESH_INTERVAL_MS = 2_000;

export interface RedisCatalogOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** Called when a snapshot cannot be read; the one before stays in force. */
  readonly onError?: (error: unknown) => void;
}

/** Follows the catalog snapshot in Redis; resolves after the first look, which may find none yet, or at once while Redis is away. */
export async function createRedisCatalog(options: RedisCatalogOptions): Promise<CatalogSource> {
  const catalog = new RedisCatalog(options);
  await catalog.start();
  return catalog;
}

class RedisCatalog implements CatalogSource {
  readonly #redis: Redis;
  readonly #subscriber: Redis;
  readonly #prefix: string;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<(catalog: Catalog) => void>();
  #current = EMPTY_CATALOG;
  #snapshot = '';
  #timer: NodeJS.Timeout | undefined;
  #refreshing: Promise<void> | undefined;

  constructor({ redis, prefix, onError }: RedisCatalogOptions) {
    this.#redis = redis;
    this.#subscriber = redis.duplicate();
    this.#prefix = prefix;
    this.#onError = onError ?? (() => undefined);
    this.#subscriber.on('error', () => undefined); // it reconnects by itself; the shared connection reports outages
  }

  async start(): Promise<void> {
    this.#subscriber.on('message', () => void this.#refresh());
    this.#subscriber.subscribe(catalogChannel(this.#prefix)).catch(this.#onError);
    this.#timer = setInterval(() => void this.#refresh(), REFRESH_INTERVAL_MS);
    const firstLook = this.#refresh();
    // A service that is started before Redis must be alive, and say what it waits for.
    if (await isReachable(this.#redis)) await firstLook;
  }

  current(): Catalog {
    return this.#current;
  }

  onChange(listener: (catalog: Catalog) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#listeners.clear();
    this.#subscriber.disconnect();
    return Promise.resolve();
  }

  /** One look at a time: while Redis is away looks must not pile up. */
  #refresh(): Promise<void> {
    return (this.#refreshing ??= this.#look().finally(() => (this.#refreshing = undefined)));
  }

  async #look(): Promise<void> {
    try {
      const snapshot = await this.#redis.get(catalogKey(this.#prefix));
      // A missing snapshot means Redis lost it, not that the models are gone: the registry rebuilds it.
      if (snapshot === null || snapshot === this.#snapshot) return;
      this.#current = catalogSchema.parse(JSON.parse(snapshot));
      this.#snapshot = snapshot;
    } catch (error) {
      this.#onError(error);
      return;
    }
    for (const listener of this.#listeners) listener(this.#current);
  }
}
