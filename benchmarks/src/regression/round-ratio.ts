/** The engine alone, then the load. */
export interface Round {
  readonly requestsPerSecond: number;
  /** Cores that other programs took from the load. */
  readonly otherCores: number;
  /** Of the engine alone, on one thread. */
  readonly ceilingRowsPerSecond: number;
  /** CPU the engine had meanwhile, in cores: 1 when nobody took any. */
  readonly ceilingCores: number;
}

/** Of a machine that is taken up wholly nothing can be said; this keeps the division in bounds. */
const FEWEST_CORES = 0.1;

/**
 * Requests per second over rows per second of the engine alone, each as if other programs had taken no CPU: four processes under
 * load feel a neighbour more than one that computes, and a busy machine must not look like a slow server.
 *
 * @param cores of the machine
 */
export function roundRatio({ requestsPerSecond, otherCores, ceilingRowsPerSecond, ceilingCores }: Round, cores: number): number {
  const undisturbed = (requestsPerSecond * cores) / Math.max(cores - otherCores, FEWEST_CORES);
  return undisturbed / (ceilingRowsPerSecond / Math.max(ceilingCores, FEWEST_CORES));
}
