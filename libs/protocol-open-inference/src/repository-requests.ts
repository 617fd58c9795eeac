import { ServingError } from '@switchyard/errors';
import { shown } from '@switchyard/open-inference';
import { flagParameter, parametersOf, readDocument, type Members } from './read-document.js';

const EMPTY: Members = new Map();

/** The body of a call for the index; an empty one asks for everything. @throws ServingError `invalid-input` with Triton's words. */
export function readIndexRequest(body: Uint8Array): { readonly readyOnly: boolean } {
  const ready = optionalDocument(body).get('ready');
  if (ready === undefined || typeof ready === 'boolean') return { readyOnly: ready ?? false };
  throw new ServingError('invalid-input', "Invalid value for 'ready': expected a boolean");
}

/** Checks the body of a load. @throws ServingError `invalid-input`, or `unsupported` when it brings a configuration or files of its own. */
export function checkLoadRequest(body: Uint8Array): void {
  for (const name of parametersOf(optionalDocument(body)).keys()) {
    throw new ServingError('unsupported', `The load parameter '${shown(name)}' is not supported: models are loaded as they were published. Publish a version with other files instead.`);
  }
}

/** Checks the body of an unload; no model here depends on another, so `unload_dependents` means nothing. @throws ServingError `invalid-input` */
export function checkUnloadRequest(body: Uint8Array): void {
  flagParameter(parametersOf(optionalDocument(body)), 'unload_dependents');
}

function optionalDocument(body: Uint8Array): Members {
  return body.byteLength === 0 ? EMPTY : readDocument(body);
}
