import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const LOOK_EVERY_MS = 250;
const REQUEST_TIMEOUT_MS = 5_000;

const pipelineSchema = z.object({ model: z.string() });
const statusSchema = z.object({ model_version_status: z.array(z.object({ state: z.string() })) });

/** The models the pipelines in this folder make: each is trained when it has no version yet. */
export async function pipelineModels(directory: string): Promise<string[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.json'));
  const models = await Promise.all(files.map(async (name) => pipelineSchema.parse(JSON.parse(await readFile(join(directory, name), 'utf8'))).model));
  return [...new Set(models)].sort();
}

/** Which of the models have no version that answers. Asks the api as a client of TensorFlow Serving would. */
export async function notYetAvailable(httpUrl: string, models: readonly string[]): Promise<string[]> {
  const available = await Promise.all(models.map((model) => isAvailable(`${httpUrl}/v1/models/${encodeURIComponent(model)}`)));
  return models.filter((_, index) => !available[index]);
}

export interface ModelWait {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether a model will not come, so that waiting for it is in vain. */
  readonly hasFailed: (model: string) => boolean;
}

/** Resolves when every model answers, with none; or when the others have failed, time is up or `signal` aborts, with those that do not. */
export async function waitForModels(httpUrl: string, models: readonly string[], { timeoutMs, signal, hasFailed }: ModelWait): Promise<string[]> {
  const endMs = performance.now() + timeoutMs;
  let missing = await notYetAvailable(httpUrl, models);
  while (!missing.every(hasFailed) && performance.now() < endMs && !signal.aborted) {
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    missing = await notYetAvailable(httpUrl, missing);
  }
  return missing;
}

async function isAvailable(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    const status = statusSchema.safeParse(await response.json());
    return status.success && status.data.model_version_status.some(({ state }) => state === 'AVAILABLE');
  } catch {
    // The api may be restarting; the next look tells.
    return false;
  }
}
