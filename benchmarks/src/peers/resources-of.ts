import type { LoadSummary, ProcessSummary } from '../report/summarize.js';

/** The processes of ours that a prediction goes through; trainer and registry are the others. */
export const SERVING_PARTS = /^(api|inference-worker|redis)/;
const LOAD_GENERATOR = 'load generator';

/** Peak memory (PSS) of a system's processes under a load, together, in bytes: each at its own peak. Null where the platform does not tell. */
export function pssOf({ processes }: Pick<LoadSummary, 'processes'>, names = /^/): number | null {
  const own: readonly ProcessSummary[] = processes.filter(({ name }) => name !== LOAD_GENERATOR && names.test(name));
  const known = own.flatMap(({ peakPss }) => peakPss ?? []);
  return own.length === 0 || known.length < own.length ? null : known.reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * CPU that one request costs everything that takes part, the load generator too, in microseconds: cores over it is what the machine could do at most.
 * Null where the platform does not tell.
 */
export function cpuMicrosOf({ processes }: Pick<LoadSummary, 'processes'>): number | null {
  const known = processes.flatMap(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest ?? []);
  return known.length < processes.length || known.length === 0 ? null : known.reduce((sum, micros) => sum + micros, 0);
}
