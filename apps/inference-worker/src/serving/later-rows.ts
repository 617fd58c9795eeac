import type { Batcher } from '@switchyard/batching';

interface Size {
  readonly rows: number;
  readonly bytes: number;
}

/** Of what may wait in a batcher, how much rows of later classes may take: the first class finds the rest free. */
const SHARE = 1 / 2;

/**
 * Keeps rows of later classes back while the batcher has its share of them. Who waits for an answer is refused when too much waits, and may ask
 * again; a job that was accepted must not fail for it. First come, first in; one that is larger than the share goes in alone.
 */
export class LaterRows {
  readonly #batcher: Pick<Batcher, 'policy'>;
  readonly #waiting: { readonly size: Size; readonly enter: () => void }[] = [];
  #rows = 0;
  #bytes = 0;

  constructor(batcher: Pick<Batcher, 'policy'>) {
    this.#batcher = batcher;
  }

  /** What `submit` comes to, once there is room. */
  async run<Result>(size: Size, submit: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ size, enter });
      this.#admit();
    });
    try {
      return await submit();
    } finally {
      this.#rows -= size.rows;
      this.#bytes -= size.bytes;
      this.#admit();
    }
  }

  #admit(): void {
    while (this.#waiting[0] !== undefined && this.#hasRoom(this.#waiting[0].size)) {
      const { size, enter } = this.#waiting.shift() as { size: Size; enter: () => void };
      this.#rows += size.rows;
      this.#bytes += size.bytes;
      enter();
    }
  }

  #hasRoom({ rows, bytes }: Size): boolean {
    const { maxQueuedRows, maxQueuedBytes } = this.#batcher.policy;
    return this.#rows === 0 || (this.#rows + rows <= maxQueuedRows * SHARE && this.#bytes + bytes <= maxQueuedBytes * SHARE);
  }
}
