import type { Provider } from '@nestjs/common';
import { readPipelines } from '@switchyard/catalog-redis';
import { systemClock } from '@switchyard/clock';
import type { CatalogSource } from '@switchyard/model-registry';
import { SERVICE_PARTS, type ServiceParts } from '@switchyard/service-runtime';
import type { ApiConfig } from '../api.config.js';
import { CATALOG } from '../api.tokens.js';
import { PictureUploads } from './picture-uploads.js';

/** What `UploadController` works with. */
export const UPLOAD_PROVIDERS: Provider[] = [{ provide: PictureUploads, inject: [CATALOG, SERVICE_PARTS], useFactory: createPictureUploads }];

function createPictureUploads(catalog: CatalogSource, { store, redis, config }: ServiceParts<ApiConfig>): PictureUploads {
  return new PictureUploads({
    store, catalog, clock: systemClock, defaultModel: config.DEFAULT_IMAGE_MODEL, maxBytes: config.MAX_UPLOAD_SIZE,
    readPipelines: () => readPipelines(redis, config.QUEUE_PREFIX),
  });
}
