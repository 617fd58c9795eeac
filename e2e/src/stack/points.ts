/** Half-widths of the square the points lie in; `simple_classifier` was trained on it. */
const RANGE = 4;
/** The R2 sequence (M. Roberts, 2018): spreads points evenly, and needs no seed. */
const STEP_X = 0.7548776662466927;
const STEP_Y = 0.5698402909980532;

/** Points for `simple_classifier`, float32 as the model sees them; the same ones every time. */
export function drawPoints(count: number): Float32Array[] {
  return Array.from({ length: count }, (_, index) => pointAt(index));
}

/** The point of this index. */
export function pointAt(index: number): Float32Array {
  return Float32Array.of(spread(index * STEP_X), spread(index * STEP_Y));
}

function spread(value: number): number {
  return ((value % 1) * 2 - 1) * RANGE;
}
