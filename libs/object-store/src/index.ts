export type { ObjectKey, ObjectStat, ObjectStore } from './object-store.js';
export { assertKeyPrefix, assertObjectKey } from './object-key.js';
export { createInMemoryObjectStore } from './in-memory-object-store.js';
export { readJson, readObject, writeJson } from './read-object.js';
export { SOURCE_FAILED } from './source-failed.js';
export { translateStreamErrors } from './translate-stream-errors.js';
