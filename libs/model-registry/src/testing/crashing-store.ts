import type { ObjectStore } from '@switchyard/object-store';

export interface CrashPlan {
  /** The process dies at this write (put or delete), counted from 0. */
  readonly atWrite: number;
  /** Whether the write still takes effect. */
  readonly afterIt: boolean;
}

/** Ends the command under way, as the death of the process would. */
export class Crash extends Error {}

/** A store whose user dies at one write; from then on, nothing of that user reaches the store. */
export function crashingStore(store: ObjectStore, plan: CrashPlan): ObjectStore {
  let writes = 0;
  let dead = false;
  const write = async (action: () => Promise<void>): Promise<void> => {
    if (dead) throw new Crash();
    dead = writes === plan.atWrite;
    writes += 1;
    if (!dead || plan.afterIt) await action();
    if (dead) throw new Crash();
  };
  return {
    put: (key, body) => write(() => store.put(key, body)),
    delete: (key) => write(() => store.delete(key)),
    open: (key) => store.open(key),
    stat: (key) => store.stat(key),
    list: (prefix) => store.list(prefix),
  };
}
