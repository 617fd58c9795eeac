/** Scores on held-out rows. Precision, recall and F1 are macro averages over the classes; a class never predicted scores 0. */
export interface Evaluation {
  readonly rows: number;
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** `confusion[actual][predicted]` counts rows. */
  readonly confusion: readonly (readonly number[])[];
}

/** @param actual and predicted: one class per row, in [0, classes). */
export function evaluate(actual: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): Evaluation {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < actual.length; row++) {
    const counts = confusion[actual[row] as number] as number[];
    const column = predicted[row] as number;
    counts[column] = (counts[column] ?? 0) + 1;
  }
  const perClass = confusion.map((counts, index) => scoreClass(counts, index, confusion));
  const correct = confusion.reduce((sum, counts, index) => sum + (counts[index] ?? 0), 0);
  return {
    rows: actual.length,
    accuracy: ratio(correct, actual.length),
    precision: mean(perClass.map((scores) => scores.precision)),
    recall: mean(perClass.map((scores) => scores.recall)),
    f1: mean(perClass.map((scores) => scores.f1)),
    confusion,
  };
}

function scoreClass(counts: readonly number[], index: number, confusion: readonly (readonly number[])[]): { precision: number; recall: number; f1: number } {
  const hits = counts[index] ?? 0;
  const predicted = confusion.reduce((sum, row) => sum + (row[index] ?? 0), 0);
  const precision = ratio(hits, predicted);
  const recall = ratio(hits, counts.reduce((sum, count) => sum + count, 0));
  return { precision, recall, f1: ratio(2 * precision * recall, precision + recall) };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function mean(values: readonly number[]): number {
  return ratio(values.reduce((sum, value) => sum + value, 0), values.length);
}
