import { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { ServingError, decodeError, type ErrorFrame } from '@switchyard/errors';
import { REGISTRY_QUEUE, registryResultSchema, type RegistryCommand, type RegistryResult } from '@switchyard/model-registry';

/** What the registry returns as a job's value: a result, or an error as data (BullMQ keeps only the message of a thrown one). */
export type RegistryAnswer = { readonly result: RegistryResult } | { readonly error: ErrorFrame };

export interface RegistryCommands {
  /** @throws ServingError what the registry refused with, or `queue-unavailable` when it did not answer in time (the command may still be carried out). */
  execute(command: RegistryCommand, options: { readonly timeoutMs: number }): Promise<RegistryResult>;
  close(): Promise<void>;
}

/** Results stay this long for whoever waits for them. */
const KEEP_SECONDS = 600;

/** Commands to the registry over its queue. They are rare, so BullMQ's own `waitUntilFinished` is good enough here. */
export function createRegistryCommands({ redis, prefix }: { readonly redis: Redis; readonly prefix: string }): RegistryCommands {
  const queue = new Queue(REGISTRY_QUEUE, { connection: redis, prefix });
  const queueEvents = new QueueEvents(REGISTRY_QUEUE, { connection: redis, prefix }); // BullMQ copies the connection for its blocking read
  queue.on('error', () => undefined); // both reconnect by themselves
  queueEvents.on('error', () => undefined);
  return {
    async execute(command, { timeoutMs }) {
      const answer = await ask(queue, queueEvents, command, timeoutMs);
      if ('error' in answer) throw decodeError(answer.error);
      return registryResultSchema.parse(answer.result);
    },
    async close() {
      await Promise.all([queue.close(), queueEvents.close()]);
    },
  };
}

async function ask(queue: Queue, queueEvents: QueueEvents, command: RegistryCommand, timeoutMs: number): Promise<RegistryAnswer> {
  try {
    // Commands are idempotent, so a registry that dies on one may have it again.
    const job = await queue.add(command.command, command, { attempts: 3, removeOnComplete: { age: KEEP_SECONDS }, removeOnFail: { age: KEEP_SECONDS } });
    return (await job.waitUntilFinished(queueEvents, timeoutMs)) as RegistryAnswer;
  } catch (thrown) {
    const message = `The registry did not answer the command "${command.command}" within ${timeoutMs} ms; it may still carry it out.`;
    throw new ServingError('queue-unavailable', message, { cause: thrown, retryAfterMs: 5_000 });
  }
}
