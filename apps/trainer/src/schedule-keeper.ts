import type { Queue } from 'bullmq';
import type { Logger } from '@switchyard/service-runtime';
import type { Pipelines } from './load-pipelines.js';
import { reconcileSchedules } from './schedules.js';

/** A Redis that lost its data has its schedules back after this time. */
const INTERVAL_MS = 60_000;

/** Sets the schedules at start and keeps them set while the trainer lives. */
export class ScheduleKeeper {
  readonly #queue: Queue;
  readonly #pipelines: Pipelines;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #reconciling: Promise<void> | undefined;

  constructor(queue: Queue, pipelines: Pipelines, logger: Logger) {
    this.#queue = queue;
    this.#pipelines = pipelines;
    this.#logger = logger;
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
    try {
      const { set, removed } = await reconcileSchedules(this.#queue, this.#pipelines);
      if (set + removed > 0) this.#logger.info({ set, removed }, 'training.schedules-set');
    } catch (error) {
      this.#logger.warn({ err: error }, 'training.schedules-failed');
    }
  }
}
