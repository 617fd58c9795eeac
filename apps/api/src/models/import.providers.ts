import { getQueueToken } from '@nestjs/bullmq';
import type { Provider } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { systemClock } from '@switchyard/clock';
import { IMPORT_QUEUE } from '@switchyard/model-import';
import { SERVICE_PARTS, type ServiceParts } from '@switchyard/service-runtime';
import type { ApiConfig } from '../api.config.js';
import { ImportSubmissions } from './import-submissions.js';

/** What `ImportsController` works with. */
export const IMPORT_PROVIDERS: Provider[] = [
  { provide: ImportSubmissions, inject: [getQueueToken(IMPORT_QUEUE), SERVICE_PARTS], useFactory: createImportSubmissions },
];

function createImportSubmissions(queue: Queue, { store, config }: ServiceParts<ApiConfig>): ImportSubmissions {
  queue.on('error', () => undefined); // every call brings its own failure back; the service's connection reports outages
  return new ImportSubmissions({ store, queue, clock: systemClock, maxModelBytes: config.MAX_MODEL_SIZE });
}
