/** Shorter texts are no faster to compare than to parse; longer ones do not fit two words. */
export const SHORTEST_REPEAT = 4;
const LONGEST_REPEAT = 8;

/**
 * How often the text `[first, first + length)` is repeated right behind itself, `limit` times at most; 0 for texts shorter than 4 or
 * longer than 8 bytes. Images are mostly runs of the same text (`0.0],[`): comparing it as two (overlapping) words takes half as long
 * as parsing it.
 */
export function countRepeats(view: DataView, first: number, length: number, limit: number): number {
  if (length < SHORTEST_REPEAT || length > LONGEST_REPEAT) return 0;
  const tail = length - SHORTEST_REPEAT;
  const firstWord = view.getInt32(first);
  const lastWord = view.getInt32(first + tail);
  const lastStart = view.byteLength - length;
  let repeats = 0;
  for (let start = first + length; repeats < limit && start <= lastStart; start += length) {
    if (view.getInt32(start) !== firstWord || view.getInt32(start + tail) !== lastWord) break;
    repeats++;
  }
  return repeats;
}
