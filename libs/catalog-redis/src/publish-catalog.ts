import type { Redis } from 'ioredis';
import type { Catalog } from '@switchyard/model-registry';
import { catalogChannel, catalogKey } from './keys.js';

/** Hands the newest snapshot to every service: stored, then announced, so that whoever hears of it finds it. */
export async function publishCatalog(redis: Redis, prefix: string, catalog: Catalog): Promise<void> {
  const snapshot = JSON.stringify(catalog);
  await redis.multi().set(catalogKey(prefix), snapshot).publish(catalogChannel(prefix), catalog.builtAt).exec();
}

/** Whether a snapshot lies in Redis; it does not after Redis lost its data. */
export async function hasCatalog(redis: Redis, prefix: string): Promise<boolean> {
  return (await redis.exists(catalogKey(prefix))) === 1;
}
