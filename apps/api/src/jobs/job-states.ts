import type { JobState } from '@switchyard/inference';
import type { JobWatcher } from './job-watcher.js';

export interface JobStatesOptions {
  /** After so long without a change, null is yielded. */
  readonly idleMs: number;
  /** Ends the watch, as when the caller has gone or has waited long enough. */
  readonly signal: AbortSignal;
}

/**
 * The states of a job: as it is now, then each change until it ends, and null when nothing has changed for a while.
 * Keeps one state at most: to a reader that is slower than the job, those between are not told.
 * @throws ServingError as `JobWatcher.watch` does, before anything is yielded
 */
export async function* jobStates(watcher: JobWatcher, id: string, { idleMs, signal }: JobStatesOptions): AsyncGenerator<JobState | null, void> {
  const latest = new Latest();
  const stop = await watcher.watch(id, { onState: (state) => latest.put(state), onEnd: () => latest.end() });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let told: JobState['status'] | undefined;
  try {
    for (;;) {
      const next = await latest.take(idleMs);
      if (next === 'ended') return;
      if (next === 'idle') yield null;
      else if (next.status !== told) {
        told = next.status;
        yield next;
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Hands the latest state from the watcher to one reader. */
class Latest {
  #state: JobState | undefined;
  #ended = false;
  #wake: () => void = () => undefined;

  put(state: JobState): void {
    this.#state = state;
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async take(idleMs: number): Promise<JobState | 'idle' | 'ended'> {
    if (this.#state === undefined && !this.#ended) await this.#woken(idleMs);
    const state = this.#state;
    this.#state = undefined;
    return state ?? (this.#ended ? 'ended' : 'idle');
  }

  #woken(idleMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, idleMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
