import type { LocalProcess, ProcessExit } from './local-process.js';
import type { RedisProcess } from './redis-process.js';
import { RestartDelay } from './restart-delay.js';
import type { ServiceEvent } from './supervised-service.js';

/** Redis writes its append-only file to the end before it goes. */
const STOP_GRACE_MS = 10_000;

/** A Redis process and the ones that follow it on the same port and folder. */
export class SupervisedRedis implements RedisProcess {
  readonly url: string;
  readonly #launch: () => Promise<LocalProcess>;
  readonly #delay = new RestartDelay();
  #current: LocalProcess;
  #startedMs = performance.now();
  /** False while it is down because somebody asked for that. */
  #isWanted = true;
  #onEvent: ((event: ServiceEvent) => void) | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #starting: Promise<void> = Promise.resolve();

  constructor(
    started: LocalProcess,
    launch: () => Promise<LocalProcess>,
    readonly port: number,
  ) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#launch = launch;
    this.#current = started;
    this.#watch(started);
  }

  get pid(): number {
    return this.#current.pid;
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#restartTimer);
    await this.#starting.catch(() => undefined);
    await this.#current.stop(STOP_GRACE_MS);
  }

  async kill(): Promise<void> {
    await this.#current.kill();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#start();
  }

  keepRunning(onEvent: (event: ServiceEvent) => void): void {
    this.#onEvent = onEvent;
  }

  #start(): Promise<void> {
    this.#isWanted = true;
    this.#startedMs = performance.now();
    this.#starting = this.#launch().then((started) => {
      this.#current = started;
      this.#watch(started);
      this.#onEvent?.({ kind: 'restarted', service: 'redis', pid: started.pid });
    });
    return this.#starting;
  }

  #watch(child: LocalProcess): void {
    void child.exited.then((exit) => {
      if (this.#isWanted && child === this.#current) this.#afterDeath(child.pid, exit);
    });
  }

  #afterDeath(pid: number, exit: ProcessExit): void {
    if (this.#onEvent === undefined) return;
    const restartInMs = this.#delay.afterDeath(performance.now() - this.#startedMs);
    if (restartInMs === null) {
      this.#onEvent({ kind: 'given-up', service: 'redis', pid, exit });
      return;
    }
    this.#onEvent({ kind: 'died', service: 'redis', pid, exit, restartInMs });
    this.#restartTimer = setTimeout(() => void this.#start().catch(() => this.#afterDeath(pid, exit)), restartInMs);
  }
}
