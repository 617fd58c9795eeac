import { PRIORITIES, type Priority } from '@switchyard/inference';

/** Every Redis key of the inference road, under one prefix whose hash tag keeps them in one slot of a Redis Cluster. */
export interface InferenceKeys {
  /** Inputs of a job, as a tensor frame; gone when the job is answered, or by itself past the job's life. */
  payload(jobId: string): string;
  /** Replies for one api process. */
  replies(processId: string): string;
  /** State of an asynchronous job; its changes are published on a channel of the same name. */
  record(jobId: string): string;
  /** Which job was submitted under a caller's idempotency key, and a digest of what was submitted. */
  idempotency(key: string): string;
  /** Present while a job that is suspected of killing workers runs. */
  suspect(jobId: string): string;
}

export function inferenceKeys(prefix: string): InferenceKeys {
  return {
    payload: (jobId) => `${prefix}:payload:${jobId}`,
    replies: (processId) => `${prefix}:replies:${processId}`,
    record: (jobId) => `${prefix}:job:${jobId}`,
    idempotency: (key) => `${prefix}:idempotency:${key}`,
    suspect: (jobId) => `${prefix}:suspect:${jobId}`,
  };
}

/**
 * Rows of the first class have a queue of their own, so that a worker all of whose places are taken by later ones still takes them at once.
 * BullMQ forbids `:` in queue names; model names have none.
 */
export function inferenceQueueName(model: string, priority: Priority): string {
  return priority === 'interactive' ? `inference.${model}` : `inference-later.${model}`;
}

/** The one of the first class first. */
export function inferenceQueueNames(model: string): string[] {
  return [...new Set(PRIORITIES.map((priority) => inferenceQueueName(model, priority)))];
}
