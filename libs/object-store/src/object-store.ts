import type { Readable } from 'node:stream';

/** A `/`-separated path of plain segments (letters, digits, `.`, `_`, `-`; never `.` or `..`), as `models/mnist/versions/1/manifest.json`. */
export type ObjectKey = string;

export interface ObjectStat {
  readonly bytes: number;
  readonly modifiedAtMs: number;
}

/**
 * Everything that must last lives behind this port: models, datasets, runs, large job results.
 *
 * The caller promises one writer per key at a time, and no key that is another's folder (`a` beside `a/b`).
 * The implementer promises: `put` is atomic (a reader sees the old object or the new one, never a part, also after a crash);
 * a `put` that failed leaves the old object; `list` is in key order; every failure is a ServingError `storage-unavailable`
 * (or `invalid-input` for a malformed key), in which case the call may be repeated; the store recovers by itself when its disk or server comes back.
 */
export interface ObjectStore {
  /** Consumes or destroys a stream, whatever happens. A ServingError of the stream itself is thrown as it is. */
  put(key: ObjectKey, body: Uint8Array | Readable): Promise<void>;
  /** The object's bytes, or null when there is none. The caller must consume or destroy the stream. */
  open(key: ObjectKey): Promise<Readable | null>;
  stat(key: ObjectKey): Promise<ObjectStat | null>;
  /** Keys that begin with `prefix`, in the order of their characters; keys may be deleted while they are listed. */
  list(prefix: string): AsyncIterable<ObjectKey>;
  /** Deleting what is not there is no error. */
  delete(key: ObjectKey): Promise<void>;
}
