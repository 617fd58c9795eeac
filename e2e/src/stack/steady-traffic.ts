/** What became of the requests that went on beside something else. */
export interface TrafficReport {
  readonly answered: number;
  /** One line for each answer that was not the right one; empty is what a test wants. */
  readonly problems: readonly string[];
}

export interface SteadyTraffic {
  /** Lets the requests under way end, and reports. Idempotent. */
  stop(): Promise<TrafficReport>;
}

/**
 * Light traffic that goes on while a test does something else: on each of `lanes` connections one request after the other.
 *
 * @param ask sends one request and says what is wrong with its answer, null when it is right; what it throws counts as a problem
 */
export function startSteadyTraffic(ask: (turn: number) => Promise<string | null>, lanes = 2): SteadyTraffic {
  const problems: string[] = [];
  let answered = 0;
  let turn = 0;
  let stopped = false;
  const lane = async (): Promise<void> => {
    while (!stopped) {
      const problem = await ask(turn++).catch((error: unknown) => `no answer: ${String(error)}`);
      if (problem === null) answered += 1;
      else problems.push(problem);
    }
  };
  const ended = Promise.all(Array.from({ length: lanes }, lane));
  return {
    async stop() {
      stopped = true;
      await ended;
      return { answered, problems };
    },
  };
}
