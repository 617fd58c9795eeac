import { opennessOf, zeroInputs, type NativeModel } from '@switchyard/engine';
import type { Signature } from '@switchyard/model-registry';

/** A row of MNIST takes a tenth of it, one of MobileNetV2 at least three times as much. Chosen. */
const DEAR_ROW_MS = 1;

/** The first run also pays for allocation, and models are loaded while services start: the best counts. */
const RUNS = 8;

/** Spent on runs that were all long: to run a model of a second a row six times more would only make its load longer. */
const ENOUGH_MS = 100;

/** However long they take: one may have met a hiccup. */
const LEAST_RUNS = 2;

/**
 * Whether a single row takes so long that threads within a run pay, by a few runs on zeros. A model that takes a fixed number of rows is
 * judged by a run of as many. False where a run cannot be tried (`warmUpIfKnown` has the same reasons), or fails: that is for the warm-up to say.
 */
export async function hasDearRows(model: NativeModel, signature: Signature): Promise<boolean> {
  if (opennessOf(signature) !== 'closed') return false;
  const inputs = zeroInputs(signature, model.declared.inputs[0]?.shape?.[0] ?? 1);
  const run = (): Promise<unknown> => model.run(inputs);
  try {
    for (let runs = 0, spentMs = 0; runs < LEAST_RUNS || (runs < RUNS && spentMs < ENOUGH_MS); runs++) {
      const runMs = await blockingMs(run);
      if (runMs < DEAR_ROW_MS) return false;
      spentMs += runMs;
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * How long a run keeps its thread. The library runs the model within a callback of `setImmediate`; those run in order, so that one before and one
 * after see nothing of other models that are loaded, warmed up or run on the same thread meanwhile, each of which may take longer than this one.
 */
async function blockingMs(run: () => Promise<unknown>): Promise<number> {
  const started = now();
  const [running, ended] = [run(), now()];
  await running;
  return (await ended) - (await started);
}

function now(): Promise<number> {
  return new Promise((resolve) => setImmediate(() => resolve(performance.now())));
}
