import { readCpuMs, readMachineBusyMs, readMemory } from './proc-files.js';

/** A process to be watched: a part of the system, or the load generator. */
export interface NamedProcess {
  readonly name: string;
  readonly pid: number;
}

/** What one process used during a measurement; null where the platform does not tell. */
export interface ProcessFigures {
  readonly name: string;
  readonly cpuMs: number | null;
  /** Highest of the looks, in bytes. */
  readonly peakRss: number | null;
  readonly peakPss: number | null;
}

export interface WatchFigures {
  readonly processes: readonly ProcessFigures[];
  /** CPU time of everything else on this machine, in cores: 0.5 means that others kept half a core busy. */
  readonly otherCores: number | null;
}

/** The kernel walks a process's whole address space for its PSS: about 2 ms each, so once a second. */
const LOOK_EVERY_MS = 1_000;

/** Watches processes from its construction until `end`. */
export class ProcessWatch {
  readonly #processes: readonly NamedProcess[];
  readonly #cpuAtStartMs: readonly (number | null)[];
  readonly #busyAtStartMs = readMachineBusyMs();
  readonly #startedMs = performance.now();
  readonly #peakRss: (number | null)[];
  readonly #peakPss: (number | null)[];
  readonly #timer: NodeJS.Timeout;

  constructor(processes: readonly NamedProcess[]) {
    this.#processes = processes;
    this.#cpuAtStartMs = processes.map(({ pid }) => readCpuMs(pid));
    this.#peakRss = processes.map(() => null);
    this.#peakPss = processes.map(() => null);
    this.#timer = setInterval(() => this.#lookAtMemory(), LOOK_EVERY_MS);
  }

  /** Ends the watch. Call it once. */
  end(): WatchFigures {
    const cpuMs = this.#processes.map(({ pid }, index) => difference(readCpuMs(pid), this.#cpuAtStartMs[index] ?? null));
    const busyMs = difference(readMachineBusyMs(), this.#busyAtStartMs);
    const durationMs = performance.now() - this.#startedMs;
    clearInterval(this.#timer);
    this.#lookAtMemory();
    const ownMs = cpuMs.reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
    return {
      processes: this.#processes.map(({ name }, index) => ({
        name,
        cpuMs: cpuMs[index] ?? null,
        peakRss: this.#peakRss[index] ?? null,
        peakPss: this.#peakPss[index] ?? null,
      })),
      otherCores: busyMs === null ? null : Math.max(0, busyMs - ownMs) / durationMs,
    };
  }

  #lookAtMemory(): void {
    this.#processes.forEach(({ pid }, index) => {
      const memory = readMemory(pid);
      this.#peakRss[index] = larger(this.#peakRss[index] ?? null, memory?.rss ?? null);
      this.#peakPss[index] = larger(this.#peakPss[index] ?? null, memory?.pss ?? null);
    });
  }
}

function difference(later: number | null, earlier: number | null): number | null {
  return later === null || earlier === null ? null : later - earlier;
}

function larger(a: number | null, b: number | null): number | null {
  return a === null ? b : Math.max(a, b ?? a);
}
