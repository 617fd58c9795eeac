import { setTimeout as delay } from 'node:timers/promises';

/** What is waited for takes seconds at least, and its record lies in the object store. */
const LOOK_EVERY_MS = 250;
/** Each looks into the object store all the while. */
const MAX_WAITING = 100;

/** Something that ends, as a run or an import. */
interface EndingRecord {
  readonly endedAt: string | null;
}

export interface RecordWait {
  readonly waitMs: number;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

/** Callers who prefer to wait until something has ended: so many at a time, since a preference may be passed over (RFC 7240). */
export class RecordWaits {
  readonly #isDraining: () => boolean;
  #waiting = 0;

  /** @param isDraining whether this process is to answer what it has in hand */
  constructor(isDraining: () => boolean) {
    this.#isDraining = isDraining;
  }

  /**
   * The record once it has ended; else as it was last seen when the wait is over, or nobody waits any longer. At once where too many wait
   * already. What the record is of goes on either way.
   * @returns null when there was none, or nobody looked
   */
  async forEnd<R extends EndingRecord>(look: () => Promise<R | null>, { waitMs, signal }: RecordWait): Promise<R | null> {
    if (this.#waiting >= MAX_WAITING) return null;
    this.#waiting += 1;
    try {
      const endMs = performance.now() + waitMs;
      let record: R | null = null;
      while (performance.now() < endMs && !signal.aborted && !this.#isDraining()) {
        record = (await look()) ?? record;
        if (record !== null && record.endedAt !== null) break;
        await delay(Math.min(LOOK_EVERY_MS, Math.max(0, endMs - performance.now())), undefined, { signal }).catch(() => undefined);
      }
      return record;
    } finally {
      this.#waiting -= 1;
    }
  }
}
