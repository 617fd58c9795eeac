import { createRequire } from 'node:module';
import { quietNativeLog } from './tfjs-node.config.js';

/**
 * What a process owes `@tensorflow/tfjs-node` before it imports it: two functions of `node:util` that tfjs-node 4.22 calls,
 * though Node 22 warns of them and Node 23 has removed them, and silence in its native library's log. Idempotent.
 */
export function prepareTfjsNode(): void {
  Object.assign(createRequire(import.meta.url)('node:util') as object, {
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
    isArray: Array.isArray,
  });
  quietNativeLog();
}
