export type { ObjectKey, ObjectStat, ObjectStore } from './object-store.js';
export { assertObjectKey } from './object-key.js';
export { readJson, readObject, writeJson } from './read-object.js';
