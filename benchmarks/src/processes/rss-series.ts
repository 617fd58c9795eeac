import { readMemory } from './proc-files.js';

/** Reads a process's resident memory again and again, from its construction until `end`. */
export class RssSeries {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  readonly #bytes: number[] = [];

  constructor(pid: number, everyMs: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#look();
  }

  /** Idempotent. @returns what was read, in bytes, oldest first; nothing where the platform does not tell */
  end(): readonly number[] {
    clearInterval(this.#timer);
    return this.#bytes;
  }

  #look(): void {
    const memory = readMemory(this.#pid);
    if (memory !== null) this.#bytes.push(memory.rss);
  }
}
