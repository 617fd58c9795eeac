/** Members of a JSON object; read anew for each answer, so cheap and synchronous. */
type ReadFacts = () => Readonly<Record<string, unknown>>;
/** Members of a JSON object that take a moment to gather. */
type ReadStatistics = () => Promise<Readonly<Record<string, unknown>>>;

/** What one service has to say beyond what every service says of itself; each adds its own, as it adds its checks to `Readiness`. */
export class ServiceFacts {
  #health: ReadFacts = () => ({});
  #statistics: ReadStatistics | null = null;

  /** Further members of `GET /health`. */
  addToHealth(read: ReadFacts): void {
    this.#health = read;
  }

  /** What `GET /metrics` answers to clients that ask for JSON; without it they get Prometheus's text too. */
  addStatistics(read: ReadStatistics): void {
    this.#statistics = read;
  }

  health(): Readonly<Record<string, unknown>> {
    return this.#health();
  }

  get statistics(): ReadStatistics | null {
    return this.#statistics;
  }
}
