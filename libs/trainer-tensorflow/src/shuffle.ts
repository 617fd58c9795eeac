/** Shuffles in place, every order equally likely (Fisher and Yates). tfjs shuffles by `Math.random`, which no seed repeats. */
export function shuffle(order: Int32Array, random: () => number): void {
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    const moved = order[last] as number;
    order[last] = order[chosen] as number;
    order[chosen] = moved;
  }
}
