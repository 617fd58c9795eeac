import { setTimeout as delay } from 'node:timers/promises';
import { ServingError } from '@switchyard/errors';

const LOOK_EVERY_MS = 100;
const REQUEST_TIMEOUT_MS = 5_000;

interface StatusBody {
  readonly model_version_status?: readonly { readonly state: string }[];
}

/** Waits until a version of the model answers; asks as a client of TensorFlow Serving would. @throws ServingError `deadline-exceeded` */
export async function awaitModel(httpUrl: string, model: string, deadlineMs: number): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (performance.now() < endMs) {
    if (await isAvailable(`${httpUrl}/v1/models/${model}`)) return;
    await delay(LOOK_EVERY_MS);
  }
  throw new ServingError('deadline-exceeded', `The model "${model}" was not served within ${deadlineMs} ms.`);
}

async function isAvailable(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    const { model_version_status: versions } = (await response.json()) as StatusBody;
    return versions?.some(({ state }) => state === 'AVAILABLE') ?? false;
  } catch {
    // Not up yet; the next look tells.
    return false;
  }
}
