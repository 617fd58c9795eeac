export { createMinioObjectStore, type MinioObjectStoreOptions } from './minio-object-store.js';
