/** Index of the largest value, the first of equals; -1 of nothing. */
export function argMax(values: ArrayLike<number>): number {
  let best = -1;
  for (let index = 0; index < values.length; index++) {
    if (best === -1 || (values[index] as number) > (values[best] as number)) best = index;
  }
  return best;
}
