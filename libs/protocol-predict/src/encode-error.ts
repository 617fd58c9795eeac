import type { ServingError } from '@switchyard/errors';

/**
 * The house shape of an error, `{"error": "<sentence>", "kind": "<kind>"}`: the sentence for people, the kind for programs.
 * Sentences that come from another protocol's codec may lack the full stop.
 */
export function encodeError({ kind, message }: Pick<ServingError, 'kind' | 'message'>): Buffer {
  return Buffer.from(JSON.stringify({ error: message.endsWith('.') ? message : `${message}.`, kind }));
}
