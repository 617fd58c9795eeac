import { nestDigit, readTestDigits } from '../stack/digits.js';
import { maxDifference, openReferenceModel } from '../stack/reference-model.js';

/** Rows to send, already JSON, and what the model says of each when it is run alone. */
export interface DigitRows {
  /** As the value of `instances`. */
  readonly instances: string;
  readonly expected: readonly (readonly number[])[];
}

/** Real digits of the test set with the answers of the model run alone, row by row, computed once. */
export interface Digits {
  /** `count` digits in a row, from the `from`-th on; begins anew behind the last. */
  rows(from: number, count: number): DigitRows;
}

const TOLERANCE = 1e-6;

export async function loadDigits(objectsDirectory: string, count: number): Promise<Digits> {
  const digits = await readTestDigits(count);
  const model = await openReferenceModel(objectsDirectory, 'mnist');
  const answers: number[][] = [];
  try {
    for (const digit of digits) answers.push(await model.predict(digit));
  } finally {
    await model.close();
  }
  const written = digits.map((digit) => JSON.stringify(nestDigit(digit)));
  return {
    rows(from, rows) {
      const indices = Array.from({ length: rows }, (_, index) => (from + index) % count);
      return { instances: `[${indices.map((index) => written[index]).join(',')}]`, expected: indices.map((index) => answers[index] ?? []) };
    },
  };
}

/** What is wrong with an answer's rows, null when each is its caller's own. */
export function wrongRows(actual: unknown, expected: DigitRows['expected']): string | null {
  if (!Array.isArray(actual) || actual.length !== expected.length) return `expected ${expected.length} rows, got ${JSON.stringify(actual)?.slice(0, 200)}`;
  const differences = expected.map((row, index) => maxDifference(actual[index] as number[], row));
  const worst = Math.max(...differences);
  return worst <= TOLERANCE ? null : `row ${differences.indexOf(worst)} differs by ${worst}`;
}
