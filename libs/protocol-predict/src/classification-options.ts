import { ServingError } from '@switchyard/errors';
import type { Signature } from '@switchyard/model-registry';
import { shown } from './parse-field.js';

/** What a caller may say about the answer, as it was written: fields of a query, a form or a JSON document. */
export interface GivenOptions {
  readonly topK: string | undefined;
  readonly probabilities: string | undefined;
}

export interface ClassificationOptions {
  /** Entries of `predictions`; a model with fewer classes gives all it has. */
  readonly topK: number;
  /** Whether the whole row of probabilities is answered too; null where the number of classes decides. */
  readonly withProbabilities: boolean | null;
}

const TRUTH: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
/** Where a model leaves the number of its classes open. */
const MOST_CLASSES = 1_000_000;

/**
 * Reads `top_k`, from 1 to the number of classes, and `probabilities`, `true` or `false`.
 * @throws ServingError `invalid-input` naming the value and what was expected.
 */
export function readClassificationOptions(given: GivenOptions, signature: Signature, defaultTopK: number): ClassificationOptions {
  return { topK: given.topK === undefined ? defaultTopK : parseTopK(given.topK, classCount(signature)), withProbabilities: parseTruth(given.probabilities) };
}

function parseTopK(text: string, classes: number | null): number {
  const most = classes ?? MOST_CLASSES;
  const topK = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  if (topK >= 1 && topK <= most) return topK;
  throw new ServingError('invalid-input', `"top_k" is "${shown(text)}"; a whole number from 1 to ${most}${classes === null ? '' : ', the number of classes,'} is expected.`);
}

function parseTruth(text: string | undefined): boolean | null {
  if (text === undefined) return null;
  const value = Object.hasOwn(TRUTH, text) ? TRUTH[text] : undefined;
  if (value !== undefined) return value;
  throw new ServingError('invalid-input', `"probabilities" is "${shown(text)}"; "true" or "false" is expected.`);
}

/** The size of the first output's rows; null where the model leaves it open. */
function classCount({ outputs: [output] }: Signature): number | null {
  const size = output?.shape[1] ?? -1;
  return size === -1 ? null : size;
}
