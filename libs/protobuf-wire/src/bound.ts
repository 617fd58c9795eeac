import { ServingError } from '@switchyard/errors';

/**
 * Counts what a message repeats. Two bytes on the wire can become an object of a hundred; a bound on their number keeps a message of the
 * largest size from filling the memory.
 */
export class Bound {
  #count = 0;

  /** @param what in the plural, as the sentence names it: `inputs` */
  constructor(
    private readonly what: string,
    private readonly max: number,
  ) {}

  /** @throws ServingError `invalid-input` beyond the bound. */
  add(count = 1): void {
    this.#count += count;
    if (this.#count > this.max) throw new ServingError('invalid-input', `The message holds more than ${this.max} ${this.what}, which is the most that is read.`);
  }
}
