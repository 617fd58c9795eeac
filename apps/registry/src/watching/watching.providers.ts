import { getQueueToken } from '@nestjs/bullmq';
import type { Provider } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { createRedisCatalog } from '@switchyard/catalog-redis';
import { systemClock } from '@switchyard/clock';
import { IMPORT_QUEUE } from '@switchyard/model-import';
import type { RegistryCommand } from '@switchyard/model-registry';
import { createRegistryCommands } from '@switchyard/queue-bullmq';
import { SERVICE_PARTS, type ServiceParts } from '@switchyard/service-runtime';
import type { RegistryConfig } from '../registry.config.js';
import { DIRECTORY_WATCHER } from '../registry.tokens.js';
import { DirectoryWatcher } from './directory-watcher.js';

const ALIAS_TIMEOUT_MS = 15_000;

/** The watcher of MODEL_DIRECTORY and of what MODEL_CONFIG_FILE lists, where one of them is set. */
export const WATCHING_PROVIDERS: Provider[] = [{ provide: DIRECTORY_WATCHER, inject: [getQueueToken(IMPORT_QUEUE), SERVICE_PARTS], useFactory: startWatcher }];

async function startWatcher(queue: Queue, { store, redis, config, logger, lifetime }: ServiceParts<RegistryConfig>): Promise<DirectoryWatcher | null> {
  queue.on('error', () => undefined); // every call brings its own failure back; the service's connection reports outages
  const { MODEL_DIRECTORY: directory, MODEL_CONFIG_FILE: configFile, QUEUE_PREFIX: prefix } = config;
  if (directory === undefined && configFile === undefined) return null;
  const catalog = lifetime.own(await createRedisCatalog({ redis, prefix, onError: (error) => logger.warn({ err: error }, 'directory.catalog-unreadable') }));
  const commands = lifetime.own(createRegistryCommands({ redis, prefix }));
  const execute = (command: RegistryCommand): Promise<unknown> => commands.execute(command, { timeoutMs: ALIAS_TIMEOUT_MS });
  return lifetime.own(new DirectoryWatcher({ places: { directory, configFile }, store, queue, catalog, execute, clock: systemClock, logger }));
}
