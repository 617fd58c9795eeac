/** A model on an engine, by what its batches cost. */
export interface MeasuredModel {
  readonly name: string;
  /** Milliseconds by rows. */
  readonly costMs: ReadonlyMap<number, number>;
  /** After which an answer is worth nothing. */
  readonly deadlineMs: number;
}

/** Measured on two cores in autumn 2026, engine alone: rows per second by batch size. Three shapes of cost: falling a little, rising, falling steeply. */
export const MEASURED_MODELS: readonly MeasuredModel[] = [
  measured('MNIST CNN, onnxruntime', 10, { 1: 35_700, 8: 70_800, 32: 79_600, 64: 81_000 }),
  measured('MobileNetV2, onnxruntime', 500, { 1: 508, 8: 446, 32: 376, 64: 342 }),
  measured('MNIST CNN, TensorFlow', 20, { 1: 2_500, 8: 13_700, 32: 32_200, 64: 40_800 }),
];

function measured(name: string, deadlineMs: number, rowsPerSecond: Readonly<Record<number, number>>): MeasuredModel {
  return { name, deadlineMs, costMs: new Map(Object.entries(rowsPerSecond).map(([rows, rate]) => [Number(rows), (Number(rows) / rate) * 1_000])) };
}

/** The most rows per second that one engine can run. */
export function capacityRowsPerSecond({ costMs }: MeasuredModel): number {
  return Math.max(...[...costMs].map(([rows, ms]) => (rows / ms) * 1_000));
}
