import type { Provider } from '@nestjs/common';
import { systemClock } from '@switchyard/clock';
import { IMPORTS as IMPORTS_PREFIX } from '@switchyard/model-import';
import { createRegistryCommands } from '@switchyard/queue-bullmq';
import { SERVICE_PARTS, type ServiceParts } from '@switchyard/service-runtime';
import { ExpiredObjectSweeper } from '../expired-object-sweeper.js';
import type { RegistryConfig } from '../registry.config.js';
import { IMPORTS, IMPORT_SWEEPER } from '../registry.tokens.js';
import { ImportProcessor } from './import.processor.js';
import { Imports } from './imports.js';

type Parts = ServiceParts<RegistryConfig>;

/** Large files are copied within the store by this command. */
const PUBLISH_TIMEOUT_MS = 300_000;

/** What the registry needs to take imports. */
export const IMPORT_PROVIDERS: Provider[] = [
  { provide: IMPORTS, inject: [SERVICE_PARTS], useFactory: createImports },
  {
    provide: IMPORT_SWEEPER,
    inject: [SERVICE_PARTS],
    useFactory: ({ store, config, logger, lifetime }: Parts) =>
      lifetime.own(new ExpiredObjectSweeper({ store, prefix: IMPORTS_PREFIX, ttlMs: config.IMPORT_TTL_MS, clock: systemClock, logger })),
  },
  ImportProcessor,
];

/** Publishing goes through the registry's own queue: there it takes its turn with every other change, whichever registry carries it out. */
function createImports({ store, redis, config, logger, lifetime }: Parts): Imports {
  const commands = lifetime.own(createRegistryCommands({ redis, prefix: config.QUEUE_PREFIX }));
  return new Imports({
    store, logger,
    registry: { publish: (command) => commands.execute(command, { timeoutMs: PUBLISH_TIMEOUT_MS }) },
    clock: systemClock,
    limits: { timeoutMs: config.IMPORT_STEP_TIMEOUT_MS, maxMemoryBytes: config.IMPORT_MAX_MEMORY },
    maxModelBytes: config.MAX_MODEL_SIZE,
  });
}
