import { ServingError } from '@switchyard/errors';
import { shown } from '@switchyard/open-inference';

/** Says that a model or version is not there as Triton does; any other error stays as it is. */
export function lookupError(thrown: unknown, model: string, version: string | undefined): unknown {
  if (!(thrown instanceof ServingError)) return thrown;
  const { kind } = thrown;
  if (kind === 'model-not-found') return new ServingError(kind, `Request for unknown model: '${shown(model)}' is not found`, { cause: thrown });
  if (kind !== 'version-not-found') return thrown;
  const what = version === undefined ? `'${model}' has no available versions` : `'${model}' version ${shown(version)} is not found`;
  return new ServingError(kind, `Request for unknown model: ${what}`, { cause: thrown });
}

/** Says as Triton does that there is no model to load; any other error stays as it is. */
export function loadError(thrown: unknown, model: string): unknown {
  if (!(thrown instanceof ServingError) || thrown.kind !== 'model-not-found') return thrown;
  return new ServingError(thrown.kind, `failed to load '${shown(model)}', failed to poll from model repository`, { cause: thrown });
}
