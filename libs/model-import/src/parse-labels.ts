import { z } from 'zod';
import { ServingError } from '@switchyard/errors';

const MAX_LABELS = 100_000;
const MAX_LABEL_LENGTH = 500;
/** Of all of them: the catalog has them in the memory of every service, for each version. */
const MAX_LENGTH = 2_000_000;

const labelSchema = z.union([z.string(), z.object({ label: z.string() }).transform(({ label }) => label)]);

/**
 * The classes of a model in order of their index: one per line, or a JSON array of texts or of objects with a `label`.
 * @throws ServingError `invalid-input`
 */
export function parseLabels(text: string): string[] {
  const labels = text.trimStart().startsWith('[') ? fromJson(text) : fromLines(text);
  if (labels.length === 0) throw new ServingError('invalid-input', 'The labels are empty; one label per line, or a JSON array, is expected.');
  if (labels.length > MAX_LABELS) throw new ServingError('invalid-input', `There are ${labels.length} labels; at most ${MAX_LABELS} are accepted.`);
  const long = labels.findIndex((label) => label.length > MAX_LABEL_LENGTH);
  if (long !== -1) throw new ServingError('invalid-input', `Label ${long} has ${labels[long]?.length} characters; at most ${MAX_LABEL_LENGTH} are accepted.`);
  const length = labels.reduce((sum, label) => sum + label.length, 0);
  if (length > MAX_LENGTH) throw new ServingError('invalid-input', `The labels have ${length} characters together; at most ${MAX_LENGTH} are accepted.`);
  return labels;
}

function fromJson(text: string): string[] {
  const parsed = z.array(labelSchema).safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [index] = parsed.error.issues[0]?.path ?? [];
  throw new ServingError('invalid-input', `Label ${String(index)} of the JSON array is neither a text nor an object with the text "label".`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServingError('invalid-input', `The labels begin as a JSON array and are none: ${(cause as Error).message}.`, { cause });
  }
}

/** An empty line within is a class without a name; those at the end are the file's. */
function fromLines(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
