import { ServingError } from '@switchyard/errors';
import type { GivenOptions } from '@switchyard/protocol-predict';

/** What a caller of the simple endpoints may say beside the input, wherever it stands. */
export interface GivenPredictOptions extends GivenOptions {
  readonly model: string | undefined;
}

/** A query as Fastify parses it: a field that is given twice is a list. */
export type Query = Readonly<Record<string, string | string[] | undefined>>;

/**
 * `model`, `top_k` and `probabilities` of the query, else of the form.
 * @throws ServingError `invalid-input` when the query gives one of them twice: which of the two is meant nobody knows.
 */
export function readGivenOptions(query: Query, fields: Readonly<Record<string, string>> = {}): GivenPredictOptions {
  const read = (name: string): string | undefined => onlyOne(query, name) ?? (Object.hasOwn(fields, name) ? fields[name] : undefined);
  return { model: read('model'), topK: read('top_k'), probabilities: read('probabilities') };
}

/** @throws ServingError `invalid-input` when the query has the field more than once. */
export function onlyOne(query: Query, name: string): string | undefined {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  if (!Array.isArray(value)) return value;
  throw new ServingError('invalid-input', `The query has "${name}" more than once; one value is expected.`);
}
