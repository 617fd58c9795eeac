import type { z } from 'zod';
import { readObject, type ObjectStore } from '@switchyard/object-store';

/** Told of an object that is there but is not what it should be. */
export type InvalidRecordListener = (key: string, reason: string) => void;

/** Manifests of large models hold some thousand files; this is many times that. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/**
 * A JSON object that fits its schema; null when there is none, or when it is damaged, which `onInvalid` is told.
 * Records are written atomically, so damage comes from outside: it must cost that record, never the whole catalog.
 * @throws ServingError `storage-unavailable` when the store is
 */
export async function readRecord<Schema extends z.ZodType>(store: ObjectStore, key: string, schema: Schema, onInvalid: InvalidRecordListener): Promise<z.infer<Schema> | null> {
  const bytes = await readObject(store, key, MAX_RECORD_BYTES);
  if (bytes === null) return null;
  const parsed = schema.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data;
  onInvalid(key, parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the object'}: ${issue.message}`).join('; '));
  return null;
}

/** `undefined`, which no schema takes, for what is not JSON. */
function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
