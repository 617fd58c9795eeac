export { hasCatalog, publishCatalog } from './publish-catalog.js';
export { createRedisCatalog, type RedisCatalogOptions } from './redis-catalog.js';
