import type { ProcessExit } from './local-process.js';
import { RestartDelay } from './restart-delay.js';
import { startService, type ServiceOptions, type ServiceProcess } from './service-process.js';

/** What a supervisor has to say. */
export type ServiceEvent =
  | { readonly kind: 'died'; readonly service: string; readonly pid: number; readonly exit: ProcessExit; readonly restartInMs: number }
  | { readonly kind: 'restarted'; readonly service: string; readonly pid: number }
  | { readonly kind: 'given-up'; readonly service: string; readonly pid: number; readonly exit: ProcessExit };

/**
 * Keeps one service running: a process that ends unasked is started again (see `RestartDelay`).
 * States: running → waiting → running … → given up; `stop` and `abort` end it from any of them.
 */
export class SupervisedService {
  readonly #options: ServiceOptions;
  readonly #onEvent: (event: ServiceEvent) => void;
  readonly #delay = new RestartDelay();
  #process: ServiceProcess;
  #startedMs = performance.now();
  #restartTimer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: ServiceOptions, onEvent: (event: ServiceEvent) => void = () => undefined) {
    this.#options = options;
    this.#onEvent = onEvent;
    this.#process = this.#start();
  }

  get name(): string {
    return this.#options.name;
  }

  /** Of the process that runs now, or ran last. */
  get pid(): number {
    return this.#process.pid;
  }

  get url(): string {
    return this.#process.url;
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  /** Waits for the process that runs now. @throws ServingError when it ends first, or is not ready in time */
  ready(timeoutMs?: number): Promise<void> {
    return this.#process.ready(timeoutMs);
  }

  /** Ends the process as a crash would; the supervisor starts the next one. Resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** Drains and ends the process and starts no other. Idempotent. */
  stop(graceMs?: number): Promise<void> {
    clearTimeout(this.#restartTimer);
    this.#stopping ??= this.#process.stop(graceMs).then(() => undefined);
    return this.#stopping;
  }

  /** Ends the process at once, also in the middle of `stop`, and starts no other. */
  async abort(): Promise<void> {
    clearTimeout(this.#restartTimer);
    this.#stopping ??= Promise.resolve();
    await this.#process.kill();
  }

  #start(): ServiceProcess {
    this.#startedMs = performance.now();
    const started = startService(this.#options);
    void started.exited.then((exit) => {
      if (this.#stopping === undefined) this.#afterDeath(started.pid, exit);
    });
    return started;
  }

  #afterDeath(pid: number, exit: ProcessExit): void {
    const restartInMs = this.#delay.afterDeath(performance.now() - this.#startedMs);
    if (restartInMs === null) {
      this.#onEvent({ kind: 'given-up', service: this.name, pid, exit });
      return;
    }
    this.#restartTimer = setTimeout(() => {
      this.#process = this.#start();
      this.#onEvent({ kind: 'restarted', service: this.name, pid: this.#process.pid });
    }, restartInMs);
    this.#onEvent({ kind: 'died', service: this.name, pid, exit, restartInMs });
  }
}
