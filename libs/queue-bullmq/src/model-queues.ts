import { Queue, type JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Priority } from '@switchyard/inference';
import { inferenceQueueName, inferenceQueueNames } from './keys.js';
import type { QueuedJobData } from './job-frame.js';

/** Finished jobs leave nothing behind: answers travel by the reply list or the job's record, never as BullMQ return values. */
const JOB_OPTIONS: JobsOptions = { removeOnComplete: true, removeOnFail: true, attempts: 1 };
/** BullMQ writes an event per state change; nobody reads them here. */
const MAX_EVENTS = 10;

/** The producing end of every model's queues, opened when first used, all on the given connection. */
export class ModelQueues {
  readonly #queues = new Map<string, Queue<QueuedJobData>>();

  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
  ) {}

  of({ model, priority }: { readonly model: string; readonly priority: Priority }): Queue<QueuedJobData> {
    return this.#open(inferenceQueueName(model, priority));
  }

  /** Each of a model's queues, once. */
  allOf(model: string): Queue<QueuedJobData>[] {
    return inferenceQueueNames(model).map((name) => this.#open(name));
  }

  #open(name: string): Queue<QueuedJobData> {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = new Queue<QueuedJobData>(name, {
      // The payload is SET on this same connection just before the job is added: one socket keeps them in order, so that no worker finds the job without it.
      connection: this.redis,
      prefix: this.prefix,
      streams: { events: { maxLen: MAX_EVENTS } },
      defaultJobOptions: JOB_OPTIONS,
    });
    queue.on('error', () => undefined); // failures come back from `add`; the connection reports outages
    this.#queues.set(name, queue);
    return queue;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    this.#queues.clear();
  }
}
