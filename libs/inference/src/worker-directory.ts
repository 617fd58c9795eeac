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

/** Rows of `version` per millisecond that the live workers answer together at best; Infinity when that is not known, as while none of them lives. */
export function mostRowsPerMs(leases: readonly WorkerLease[], model: string, version: number): number {
  const loaded = loadedBy(leases, model, version);
  return loaded.length === 0 ? Infinity : loaded.reduce((sum, one) => sum + (one.mostRowsPerMs ?? Infinity), 0);
}

function loadedBy(leases: readonly WorkerLease[], model: string, version: number): WorkerLease['models'] {
  return leases.flatMap(({ models }) => models.filter((loaded) => loaded.name === model && loaded.version === version));
}
