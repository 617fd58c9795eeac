import type { Redis } from 'ioredis';
import { z } from 'zod';
import { ServingError } from '@switchyard/errors';
import { pipelineSchema, type Pipeline } from '@switchyard/training';

/** The pipelines the trainers run, so that the api can refuse what none of them knows. Written by each trainer at start. */
export async function publishPipelines(redis: Redis, prefix: string, pipelines: readonly Pipeline[]): Promise<void> {
  await redis.set(pipelinesKey(prefix), JSON.stringify(pipelines));
}

/** @throws ServingError `queue-unavailable` at once while Redis is away */
export async function readPipelines(redis: Redis, prefix: string): Promise<Pipeline[]> {
  if (redis.status !== 'ready') throw new ServingError('queue-unavailable', 'The pipelines cannot be read; please try again shortly.', { retryAfterMs: 2_000 });
  const stored = await redis.get(pipelinesKey(prefix));
  return stored === null ? [] : z.array(pipelineSchema).parse(JSON.parse(stored));
}

function pipelinesKey(prefix: string): string {
  return `${prefix}:pipelines`;
}
