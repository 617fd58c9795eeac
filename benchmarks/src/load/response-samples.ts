/** One answer kept to be looked at afterwards. */
export interface ResponseSample {
  /** Which of the plan's requests it answers. */
  readonly request: number;
  readonly body: Uint8Array;
}

/** Draws the next number in [0, 1). */
export type Random = () => number;

/**
 * A fair sample of all answers, however many there will be (J. S. Vitter, "Random sampling with a reservoir", 1985, algorithm R):
 * looking at each would cost the load generator more than the load.
 */
export class ResponseSamples {
  readonly #limit: number;
  readonly #random: Random;
  readonly #kept: ResponseSample[] = [];
  #seen = 0;

  constructor(limit: number, random: Random = Math.random) {
    this.#limit = limit;
    this.#random = random;
  }

  /** @param body copied when it is kept */
  offer(request: number, body: Buffer): void {
    this.#seen += 1;
    const place = this.#kept.length < this.#limit ? this.#kept.length : Math.floor(this.#random() * this.#seen);
    if (place < this.#limit) this.#kept[place] = { request, body: Uint8Array.from(body) };
  }

  get kept(): readonly ResponseSample[] {
    return this.#kept;
  }
}
