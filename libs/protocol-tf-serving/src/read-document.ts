import type { Json } from '@switchyard/json-numbers';
import { formatError } from './format-error.js';

/** The members of a request's document. */
export interface RequestDocument {
  readonly members: ReadonlyMap<string, Json>;
  /** As the caller gave it. */
  readonly signatureName: string | undefined;
}

/** @throws ServingError `invalid-input` when the document is no object, or its `signature_name` no string. */
export function readDocument(document: Json): RequestDocument {
  if (!(document instanceof Map)) throw formatError(document, 'Is not object');
  const members = document as ReadonlyMap<string, Json>;
  const name = members.get('signature_name');
  if (name !== undefined && typeof name !== 'string') throw formatError(members, "not formatted correctly. 'signature_name' key must be a string value.");
  return { members, signatureName: name };
}
