import { ServingError } from '@switchyard/errors';
import type { ServableSpec } from './parse-path.js';

/** A name may be as long as a segment of a path. */
const SHOWN_NAME_LENGTH = 100;

/**
 * An error of choosing a version in TensorFlow Serving's words, which clients look for: `Servable not found for request: Latest(half)`.
 * A label that leads nowhere is a bad request there (core/basic_manager.cc, model_servers/server_core.cc). Other errors pass as they are.
 */
export function servableError(thrown: unknown, { name, choice }: ServableSpec): unknown {
  if (!isNotFound(thrown)) return thrown;
  if (choice === undefined) return new ServingError(thrown.kind, `Servable not found for request: Latest(${shown(name)})`, { cause: thrown });
  if ('version' in choice) return new ServingError(thrown.kind, `Servable not found for request: Specific(${shown(name)}, ${choice.version})`, { cause: thrown });
  return new ServingError('invalid-input', `Unrecognized servable version label: ${shown(choice.alias)}`, { cause: thrown });
}

/** The same for whoever asks for a state (model_servers/get_model_status_impl.cc). */
export function statusError(thrown: unknown, { name, choice }: ServableSpec): unknown {
  if (!isNotFound(thrown)) return thrown;
  if (choice === undefined) return new ServingError(thrown.kind, `Could not find any versions of model ${shown(name)}`, { cause: thrown });
  if ('version' in choice) return new ServingError(thrown.kind, `Could not find version ${choice.version} of model ${shown(name)}`, { cause: thrown });
  return new ServingError('invalid-input', `Unrecognized servable version label: ${shown(choice.alias)}`, { cause: thrown });
}

function isNotFound(thrown: unknown): thrown is ServingError {
  return thrown instanceof ServingError && (thrown.kind === 'model-not-found' || thrown.kind === 'version-not-found');
}

function shown(name: string): string {
  return name.length <= SHOWN_NAME_LENGTH ? name : `${name.slice(0, SHOWN_NAME_LENGTH)}…`;
}
