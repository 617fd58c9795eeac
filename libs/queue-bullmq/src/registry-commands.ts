import { Job, Queue, QueueEvents, type JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { ServingError, decodeError, type ErrorFrame } from '@switchyard/errors';
import { REGISTRY_QUEUE, registryResultSchema, type RegistryCommand, type RegistryResult } from '@switchyard/model-registry';
import { RedisReach, queueUnavailable } from './redis-reach.js';
import { within } from './within.js';

/** What the registry returns as a job's value: a result, or an error as data (BullMQ keeps only the message of a thrown one). */
export type RegistryAnswer = { readonly result: RegistryResult } | { readonly error: ErrorFrame };

export interface RegistryCommands {
  /** @throws ServingError what the registry refused with, or `queue-unavailable` when it did not answer in time (the command may still be carried out). */
  execute(command: RegistryCommand, options: { readonly timeoutMs: number }): Promise<RegistryResult>;
  close(): Promise<void>;
}

/** Results stay this long for whoever waits for them. */
const KEEP_SECONDS = 600;
/** How long an orderly end may take. */
const CLOSE_MS = 2_000;
/** How long the last look at a command may take that nobody answered. */
const LAST_LOOK_MS = 1_000;

/**
 * Commands are idempotent, so a registry that dies on one may have it again;
 * an object store that is away is tried again after 0.5, 1, 2 and 4 s.
 */
const JOB_OPTIONS: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: { age: KEEP_SECONDS },
  removeOnFail: { age: KEEP_SECONDS },
};

/** Commands to the registry over its queue. They are rare, so BullMQ's own `waitUntilFinished` is good enough here. */
export function createRegistryCommands({ redis, prefix }: { readonly redis: Redis; readonly prefix: string }): RegistryCommands {
  const queue = new Queue(REGISTRY_QUEUE, { connection: redis, prefix });
  const reach = new RedisReach(redis);
  // From the beginning: read from "now", a command that ends before the first read reaches Redis is waited for until its timeout.
  const queueEvents = new QueueEvents(REGISTRY_QUEUE, { connection: redis, prefix, lastEventId: '0-0' }); // BullMQ copies the connection for its blocking read
  queue.on('error', () => undefined); // both reconnect by themselves
  queue.setMaxListeners(0); // one for each command being waited for
  queueEvents.on('error', () => undefined);
  return {
    async execute(command, { timeoutMs }) {
      const answer = await ask({ reach, queue, queueEvents, command, timeoutMs });
      if ('error' in answer) throw decodeError(answer.error);
      return registryResultSchema.parse(answer.result);
    },
    async close() {
      reach.close();
      // A connection that is dropped between two attempts to come back never says that it has ended (ioredis), and BullMQ waits to hear it.
      await within(CLOSE_MS, Promise.all([queue.close(), queueEvents.close()])).catch(() => undefined);
    },
  };
}

interface Question {
  readonly reach: RedisReach;
  readonly queue: Queue;
  readonly queueEvents: QueueEvents;
  readonly command: RegistryCommand;
  readonly timeoutMs: number;
}

async function ask({ reach, queue, queueEvents, command, timeoutMs }: Question): Promise<RegistryAnswer> {
  const endsAtMs = performance.now() + timeoutMs;
  await reach.reachable();
  const job = await within(timeoutMs, queue.add(command.command, command, JOB_OPTIONS)).catch((cause: unknown) => {
    throw queueUnavailable(cause);
  });
  const leftMs = Math.max(1, endsAtMs - performance.now());
  return within(leftMs, job.waitUntilFinished(queueEvents, leftMs)).catch((thrown: unknown) => lastLook(queue, job, { command, timeoutMs, thrown }));
}

/** The event may have been lost with the connection while the job got done: its state decides. */
async function lastLook(queue: Queue, job: Job, { command, timeoutMs, thrown }: { command: RegistryCommand; timeoutMs: number; thrown: unknown }): Promise<RegistryAnswer> {
  const found = await within(LAST_LOOK_MS, Job.fromId(queue, job.id ?? '')).catch(() => undefined);
  if (found?.returnvalue) return found.returnvalue as RegistryAnswer;
  if (found?.finishedOn) throw new ServingError('internal', `The registry could not finish the command "${command.command}"; its log has the details.`, { cause: thrown });
  const message = `The registry did not answer the command "${command.command}" within ${timeoutMs} ms; it may still carry it out.`;
  throw new ServingError('queue-unavailable', message, { cause: thrown, retryAfterMs: 5_000 });
}
