import { ServingError } from '@switchyard/errors';
import type { VersionChoice } from '@switchyard/model-registry';

/** TensorFlow Serving's own patterns (model_servers/http_rest_api_util.cc): whatever the case, and a name is all but `/` and `:`. */
const CALL_PATH = /^\/v1\/models\/([^/:]+)(?:\/versions\/(\d+)|\/labels\/([^/:]+))?:(classify|regress|predict)$/i;
const RESOURCE_PATH = /^\/v1\/models(?:\/([^/:]+))?(?:\/versions\/(\d+)|\/labels\/([^/:]+))?(?:\/(metadata))?$/i;

/** As many digits as every version has that a registry gives. */
const MOST_VERSION_DIGITS = 15;
/** A path may be as long as the headers. */
const SHOWN_PATH_LENGTH = 200;

export const CALL_METHODS = ['predict', 'classify', 'regress'] as const;
export type CallMethod = (typeof CALL_METHODS)[number];

/** Which model, and which version of it: by number, by label, or the one that serves. */
export interface ServableSpec {
  readonly name: string;
  readonly choice: VersionChoice;
}

/**
 * Reads the path of a POST: `/v1/models/<name>[/versions/<n>|/labels/<label>]:predict`.
 * @throws ServingError `invalid-input` with TensorFlow Serving's words for any other path.
 */
export function parseCallPath(path: string): ServableSpec & { readonly method: CallMethod } {
  const match = CALL_PATH.exec(path);
  if (match === null) throw malformed('POST', path);
  const [, name, version, label, method] = match;
  return { name: decodeSegment(name!), choice: choiceOf(version, label), method: method!.toLowerCase() as CallMethod };
}

/**
 * Reads the path of a GET: `/v1/models/<name>[/versions/<n>|/labels/<label>][/metadata]`.
 * @throws ServingError `invalid-input` with TensorFlow Serving's words for any other path.
 */
export function parseResourcePath(path: string): ServableSpec & { readonly resource: 'status' | 'metadata' } {
  const match = RESOURCE_PATH.exec(path);
  if (match === null) throw malformed('GET', path);
  const [, name, version, label, metadata] = match;
  if (name === undefined) throw new ServingError('invalid-input', 'Missing model name in request.');
  return { name: decodeSegment(name), choice: choiceOf(version, label), resource: metadata === undefined ? 'status' : 'metadata' };
}

/** What TensorFlow Serving says of a path that is none of its own. */
export function malformedRequest(method: string, path: string): string {
  return `Malformed request: ${method} ${path.length <= SHOWN_PATH_LENGTH ? path : `${path.slice(0, SHOWN_PATH_LENGTH)}…`}`;
}

function malformed(method: string, path: string): ServingError {
  return new ServingError('invalid-input', malformedRequest(method, path));
}

function choiceOf(version: string | undefined, label: string | undefined): VersionChoice {
  if (label !== undefined) return { alias: decodeSegment(label) };
  if (version === undefined) return undefined;
  if (version.length <= MOST_VERSION_DIGITS) return { version: Number(version) };
  throw new ServingError('invalid-input', `Failed to convert version: ${version.slice(0, SHOWN_PATH_LENGTH)} to numeric.`);
}

/** A `%` that begins no escape stands for itself. */
function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
