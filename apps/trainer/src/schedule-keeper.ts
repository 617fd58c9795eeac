import type { Queue } from 'bullmq';
import type { Logger } from '@switchyard/service-runtime';
import type { Pipelines } from './load-pipelines.js';
import { reconcileSchedules } from './schedules.js';

/** A Redis that lost its data has its schedules and pipelines back after this time. */
const INTERVAL_MS = 10_000;

export interface ScheduleKeeperOptions {
  readonly queue: Queue;
  readonly pipelines: Pipelines;
  readonly logger: Logger;
  /** Tells the api which pipelines there are. */
  readonly publish: () => Promise<void>;
}

/** Sets the schedules, and says which pipelines there are, at start and for as long as the trainer lives. */
export class ScheduleKeeper {
  readonly #options: ScheduleKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #reconciling: Promise<void> | undefined;

  constructor(options: ScheduleKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS);
    this.#look();
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  /** One look at a time: while Redis is away looks must not pile up. */
  #look(): void {
    this.#reconciling ??= this.#reconcile().finally(() => (this.#reconciling = undefined));
  }

  async #reconcile(): Promise<void> {
    const { queue, pipelines, logger, publish } = this.#options;
    try {
      await publish();
      const { set, removed } = await reconcileSchedules(queue, pipelines);
      if (set + removed > 0) logger.info({ set, removed }, 'training.schedules-set');
    } catch (error) {
      logger.warn({ err: error }, 'training.schedules-failed');
    }
  }
}
