/** Beyond so many, keeping a short list in order costs more than sorting all classes. */
const SHORT_LIST = 32;

/** The `count` classes with the largest probabilities, most probable first; of equals the one that comes first. */
export function topClasses(probabilities: ArrayLike<number>, count: number): number[] {
  return count <= SHORT_LIST ? shortList(probabilities, count) : sorted(probabilities).slice(0, count);
}

/** One pass: a thousand classes are not sorted for the five that are asked for. */
function shortList(probabilities: ArrayLike<number>, count: number): number[] {
  const best: number[] = [];
  for (let index = 0; index < probabilities.length; index++) {
    const probability = probabilities[index]!;
    if (best.length === count && probability <= probabilities[best[count - 1]!]!) continue;
    let place = best.length;
    while (place > 0 && probability > probabilities[best[place - 1]!]!) place--;
    best.splice(place, 0, index);
    if (best.length > count) best.pop();
  }
  return best;
}

function sorted(probabilities: ArrayLike<number>): number[] {
  const classes = Array.from({ length: probabilities.length }, (_, index) => index);
  return classes.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
}
