import { ServingError } from '@switchyard/errors';
import { hasEnded, type InferenceJobs, type JobNotices, type JobState } from '@switchyard/inference';
import { unknownJob } from './job-id.js';

export interface JobListener {
  /** The state as it is now; it may be the same as before, and one that lasted a moment only may be left out. */
  readonly onState: (state: JobState) => void;
  /** Nothing more will come: the job has ended or expired, or this process stops. Called once, also when the listener has stopped itself. */
  readonly onEnd: () => void;
}

export interface JobWatcherOptions {
  readonly jobs: Pick<InferenceJobs, 'find'>;
  readonly notices: JobNotices;
  /** Each watched job is looked at this often, because a notice may be lost. */
  readonly lookEveryMs: number;
  /** Callers that may watch at a time. */
  readonly maxListeners: number;
}

interface Watched {
  readonly listeners: Set<JobListener>;
  look: 'idle' | 'under-way' | 'again';
  stopNotices: () => void;
}

/** Watches jobs for all callers of this process that wait: one lookup per change and job, however many wait for it. */
export class JobWatcher {
  readonly #options: JobWatcherOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #timer: NodeJS.Timeout;
  #listeners = 0;
  #closed = false;

  constructor(options: JobWatcherOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#lookAtAll(), options.lookEveryMs);
  }

  /**
   * Tells the listener the state now, and after each change until the job ends or the returned function is called.
   * @throws ServingError `job-not-found`, `overloaded`, `queue-unavailable`
   */
  async watch(id: string, listener: JobListener): Promise<() => void> {
    this.#assertRoom();
    this.#listeners++;
    let stopped = false;
    const once: JobListener = {
      onState: listener.onState,
      onEnd: () => {
        if (stopped) return;
        stopped = true;
        this.#listeners--;
        listener.onEnd();
      },
    };
    try {
      const state = await this.#options.jobs.find(id);
      if (state === null) throw unknownJob(id);
      once.onState(state);
      if (hasEnded(state) || this.#closed) once.onEnd();
      else this.#join(id, once);
    } catch (error) {
      once.onEnd();
      throw error;
    }
    return () => this.#leave(id, once);
  }

  /** Ends every watch: the connections of those who wait must not hold up the shutdown. */
  close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const id of [...this.#watched.keys()]) this.#end(id);
    return Promise.resolve();
  }

  /** Nest's hook before the servers close, which wait for the answers that are under way. */
  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }

  #assertRoom(): void {
    const { maxListeners } = this.#options;
    if (this.#listeners < maxListeners) return;
    throw new ServingError('overloaded', `${this.#listeners} callers are waiting for jobs, as many as may at a time; ask for the job without waiting.`, { retryAfterMs: 1_000 });
  }

  #join(id: string, listener: JobListener): void {
    const known = this.#watched.get(id);
    if (known !== undefined) {
      known.listeners.add(listener);
      void this.#look(id); // it may have changed since this listener's own look
      return;
    }
    const watched: Watched = { listeners: new Set([listener]), look: 'idle', stopNotices: () => undefined };
    this.#watched.set(id, watched);
    void this.#listen(id, watched);
  }

  async #listen(id: string, watched: Watched): Promise<void> {
    const stop = await this.#options.notices.listen(id, () => void this.#look(id)).catch(() => undefined);
    if (stop === undefined) return; // closed meanwhile; until then the timer looks
    watched.stopNotices = stop;
    if (this.#watched.get(id) === watched) await this.#look(id); // for what changed before notices came
    else stop();
  }

  #leave(id: string, listener: JobListener): void {
    listener.onEnd();
    const watched = this.#watched.get(id);
    if (watched === undefined || !watched.listeners.delete(listener) || watched.listeners.size > 0) return;
    this.#end(id);
  }

  #end(id: string): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    this.#watched.delete(id);
    watched.stopNotices();
    for (const { onEnd } of watched.listeners) onEnd();
  }

  #lookAtAll(): void {
    for (const id of this.#watched.keys()) void this.#look(id);
  }

  /** One lookup at a time; what is asked for meanwhile is one more, afterwards. */
  async #look(id: string): Promise<void> {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    if (watched.look !== 'idle') {
      watched.look = 'again';
      return;
    }
    do {
      watched.look = 'under-way';
      const state = await this.#options.jobs.find(id).catch(() => undefined); // undefined: Redis is away, the timer looks again
      this.#tell(id, watched, state);
    } while ((watched.look as Watched['look']) === 'again' && this.#watched.get(id) === watched);
    watched.look = 'idle';
  }

  #tell(id: string, watched: Watched, state: JobState | null | undefined): void {
    if (state === undefined || this.#watched.get(id) !== watched) return;
    if (state !== null) for (const { onState } of [...watched.listeners]) onState(state);
    if (state === null || hasEnded(state)) this.#end(id);
  }
}
