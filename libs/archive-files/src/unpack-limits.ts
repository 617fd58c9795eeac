/** What an archive may become. */
export interface UnpackLimits {
  /** Of all its files together. */
  readonly maxBytes: number;
}

/** Weights hardly shrink; text and zeros do. What grows beyond this is no model but a bomb. Chosen. */
export const MAX_GROWTH = 100;
/** Small archives may grow more: a graph as JSON text shrinks to a hundredth. */
export const FREE_BYTES = 64 * 1024 * 1024;
