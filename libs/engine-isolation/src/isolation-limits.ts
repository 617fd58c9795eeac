/** How long an isolated engine waits for its hosts, and how it restarts them. All chosen; each may be set. */
export interface IsolationLimits {
  /** From asking for a run until its host counts as hung; includes waiting for a host that is restarting. */
  readonly runTimeoutMs: number;
  /** For starting a host (importing a native library takes seconds on a busy machine) and for loading one model. */
  readonly loadTimeoutMs: number;
  /** For ending cleanly; afterwards a host is killed. */
  readonly closeTimeoutMs: number;
  /** Restarts in a row, without one answered run between, before a host stays down until the next `load`. */
  readonly maxRestarts: number;
  /** Wait before the first restart of such a row; doubles with each, up to `maxBackOffMs`. */
  readonly backOffMs: number;
  readonly maxBackOffMs: number;
  /** Ends of a model's own hosts within `quarantineWindowMs` after which the model is quarantined, for `quarantineMs`. */
  readonly quarantineEnds: number;
  readonly quarantineWindowMs: number;
  readonly quarantineMs: number;
}

/** More than one batch can cause (`run-batch.ts` in batching: five), so that a single bad request quarantines nothing; two may. */
const QUARANTINE_ENDS = 8;
/** Longer than eight hosts that hang until their deadline take to end. */
const QUARANTINE_WINDOW_MS = 15 * 60_000;
/** Long enough to spare the machine, short enough that nobody has to restart a worker by hand. */
const QUARANTINE_MS = 30 * 60_000;

export const DEFAULT_ISOLATION_LIMITS: IsolationLimits = {
  runTimeoutMs: 60_000,
  loadTimeoutMs: 120_000,
  closeTimeoutMs: 5_000,
  maxRestarts: 8,
  backOffMs: 50,
  maxBackOffMs: 10_000,
  quarantineEnds: QUARANTINE_ENDS,
  quarantineWindowMs: QUARANTINE_WINDOW_MS,
  quarantineMs: QUARANTINE_MS,
};

/** Milliseconds to wait before restart number `restart` (from 1) of a row. */
export function restartDelayMs(restart: number, limits: Pick<IsolationLimits, 'backOffMs' | 'maxBackOffMs'>): number {
  return Math.min(limits.maxBackOffMs, limits.backOffMs * 2 ** (restart - 1));
}
