import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from './logging.js';

/** Something that was started and must be stopped; `close` is idempotent. */
export interface Closable {
  close(): Promise<unknown>;
}

/** Owns what a service has started and closes it in reverse order, after the HTTP server has drained. */
export class Lifetime implements OnApplicationShutdown {
  readonly #owned: Closable[] = [];

  constructor(
    private readonly logger: Logger,
    private readonly closeTimeoutMs: number,
  ) {}

  own<T extends Closable>(thing: T): T {
    this.#owned.push(thing);
    return thing;
  }

  async onApplicationShutdown(): Promise<void> {
    for (const thing of this.#owned.splice(0).reverse()) {
      await this.#close(thing).catch((error: unknown) => this.logger.warn({ err: error }, 'shutdown.close-failed'));
    }
  }

  async #close(thing: Closable): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`Closing took longer than ${this.closeTimeoutMs} ms.`)), this.closeTimeoutMs);
    });
    await Promise.race([thing.close(), timeout]).finally(() => clearTimeout(timer));
  }
}
