import { ServingError } from '@switchyard/errors';
import { shownValue } from '../http/shown-value.js';

const MAX_SHOWN_CLASSES = 20;

/**
 * The labels of a form in whichever way clients give a list: a field for each, one JSON array, or one text with commas.
 * A single field that is the name of a class is that one label, whatever it contains.
 * @throws ServingError `invalid-input` when the one field begins as a JSON array does and is none of text and numbers.
 */
export function readLabels(fields: readonly string[], classes: readonly string[]): string[] {
  const [only = ''] = fields;
  if (fields.length !== 1 || classes.includes(only.trim())) return fields.map((label) => label.trim());
  return only.trimStart().startsWith('[') ? parseList(only) : only.split(',').map((label) => label.trim());
}

function parseList(text: string): string[] {
  try {
    const list = JSON.parse(text) as unknown[];
    if (list.every((label) => typeof label === 'string' || typeof label === 'number')) return list.map(String);
  } catch {
    // Said below, in our own words.
  }
  const expected = 'a JSON array of texts and numbers, labels with commas between them, or a field for each label is expected';
  throw new ServingError('invalid-input', `"labels" is ${shownValue(text)}; ${expected}.`);
}

/** @throws ServingError `invalid-input` when the labels are not as many as the pictures, or one of them names no class. */
export function assertLabels(labels: readonly string[], pictures: number, classes: readonly string[]): void {
  if (labels.length !== pictures) {
    throw new ServingError('invalid-input', `The upload has ${pictures} pictures in "files" and ${labels.length} labels in "labels"; as many of each are expected.`);
  }
  const index = labels.findIndex((label) => !classes.includes(label));
  if (index === -1) return;
  const known = classes.length <= MAX_SHOWN_CLASSES ? `one of ${classes.join(', ')}` : `the name of one of the model's ${classes.length} classes`;
  throw new ServingError('invalid-input', `Label ${index + 1} of the upload is ${shownValue(labels[index])}; ${known} is expected.`);
}
