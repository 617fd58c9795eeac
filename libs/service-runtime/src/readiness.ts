/** Resolves when fine; throws an error whose message says what is missing. */
export type ReadinessCheck = () => Promise<void> | void;

const CHECK_TIMEOUT_MS = 2_000;

/** What must hold before a service takes traffic. Each service adds its own checks to those all share (Redis, object store). */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
  #draining = false;

  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** From now on not ready, so that load balancers look elsewhere while requests in hand finish. */
  drain(): void {
    this.#draining = true;
  }

  /** Name and problem (null when fine) of every check; none takes longer than two seconds. */
  async run(): Promise<ReadonlyMap<string, string | null>> {
    const results = await Promise.all([...this.#checks].map(async ([name, check]) => [name, await problemOf(check)] as const));
    return new Map<string, string | null>([...results, ['draining', this.#draining ? 'The service is shutting down.' : null]]);
  }
}

async function problemOf(check: ReadinessCheck): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${CHECK_TIMEOUT_MS} ms.`)), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), timeout]);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
