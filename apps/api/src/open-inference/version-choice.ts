import type { Manifest, VersionChoice } from '@switchyard/model-registry';
import { lookupError } from '@switchyard/protocol-open-inference';
import type { Predictions } from '../predictions/predictions.js';

const VERSION = /^\d{1,15}$/;

/** A version as a path or a message names it: a number, or the name of an alias; none means whatever serves. */
export function versionChoice(version: string | undefined): VersionChoice {
  if (version === undefined) return undefined;
  return VERSION.test(version) ? { version: Number(version) } : { alias: version };
}

/** The version that answers. @throws ServingError `model-not-found`, `version-not-found`, in Triton's words, or `model-not-ready`. */
export function chooseByName(predictions: Predictions, name: string, version: string | undefined): Manifest {
  try {
    return predictions.choose(name, versionChoice(version));
  } catch (thrown) {
    throw lookupError(thrown, name, version);
  }
}
