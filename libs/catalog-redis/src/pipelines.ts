import type { Redis } from 'ioredis';
import { z } from 'zod';
import { pipelineSchema, type Pipeline } from '@switchyard/training';

/** The pipelines the trainers run, so that the api can refuse what none of them knows. Written by each trainer at start. */
export async function publishPipelines(redis: Redis, prefix: string, pipelines: readonly Pipeline[]): Promise<void> {
  await redis.set(pipelinesKey(prefix), JSON.stringify(pipelines));
}

export async function readPipelines(redis: Redis, prefix: string): Promise<Pipeline[]> {
  const stored = await redis.get(pipelinesKey(prefix));
  return stored === null ? [] : z.array(pipelineSchema).parse(JSON.parse(stored));
}

function pipelinesKey(prefix: string): string {
  return `${prefix}:pipelines`;
}
