import { z } from 'zod';

/** What a live worker says of itself, again and again: a worker that falls silent is gone. */
export const workerLeaseSchema = z.object({
  id: z.string(),
  models: z.array(z.object({
    name: z.string(),
    version: z.number().int(),
    engine: z.string(),
    /** How long its first runs took, which no request had to wait for; absent where the worker does not say. */
    warmUpMs: z.number().optional(),
    /** Rows per millisecond at best; absent where the worker cannot say. */
    mostRowsPerMs: z.number().optional(),
    /** Rows of a batch that is about as cheap a row as any; absent where the worker does not say. */
    batchRows: z.number().int().optional(),
  })),
});

export type WorkerLease = z.infer<typeof workerLeaseSchema>;

/** Which workers live and what they have loaded, as of about a second ago. */
export interface WorkerDirectory {
  current(): readonly WorkerLease[];
  /** Looks now, for whoever must not act on an old picture (readiness). */
  refresh(): Promise<readonly WorkerLease[]>;
  close(): Promise<void>;
}

/** Live workers that have `version` of `model` loaded. */
export function workersServing(leases: readonly WorkerLease[], model: string, version: number): number {
  return loadedBy(leases, model, version).length;
}

/** What the live workers that have a version loaded can do together. */
export interface ServingCapacity {
  readonly workers: number;
  /** Rows per millisecond at best; Infinity when that is not known, as while none of them lives. */
  readonly mostRowsPerMs: number;
  /** Rows of a batch that is about as cheap a row as any, for each of them; Infinity when that is not known. */
  readonly batchRows: number;
}

export function servingCapacity(leases: readonly WorkerLease[], model: string, version: number): ServingCapacity {
  const loaded = loadedBy(leases, model, version);
  if (loaded.length === 0) return { workers: 0, mostRowsPerMs: Infinity, batchRows: Infinity };
  return {
    workers: loaded.length,
    mostRowsPerMs: loaded.reduce((sum, one) => sum + (one.mostRowsPerMs ?? Infinity), 0),
    batchRows: Math.max(...loaded.map((one) => one.batchRows ?? Infinity)),
  };
}

/** `servingCapacity`, remembered for as long as the workers have not changed: every request asks. */
export function rememberedCapacity(workers: Pick<WorkerDirectory, 'current'>): (model: string, version: number) => ServingCapacity {
  let leases: readonly WorkerLease[] | undefined;
  const known = new Map<string, ServingCapacity>();
  return (model, version) => {
    const current = workers.current();
    if (current !== leases) known.clear();
    leases = current;
    const key = `${model}@${version}`;
    const capacity = known.get(key) ?? servingCapacity(current, model, version);
    known.set(key, capacity);
    return capacity;
  };
}

function loadedBy(leases: readonly WorkerLease[], model: string, version: number): WorkerLease['models'] {
  return leases.flatMap(({ models }) => models.filter((loaded) => loaded.name === model && loaded.version === version));
}
