const DEFAULT_WINDOW_BYTES = 65_535;

/** Bytes of content that the server is ready to take (RFC 9113 §5.2): on the connection, and on its only open stream. */
export class SendWindows {
  #initialBytes = DEFAULT_WINDOW_BYTES;
  #connectionBytes = DEFAULT_WINDOW_BYTES;
  #streamBytes = DEFAULT_WINDOW_BYTES;

  openStream(): void {
    this.#streamBytes = this.#initialBytes;
  }

  /** Takes up to `bytes` from both windows. @returns how many there were, perhaps none */
  take(bytes: number): number {
    const taken = Math.max(0, Math.min(bytes, this.#connectionBytes, this.#streamBytes));
    this.#connectionBytes -= taken;
    this.#streamBytes -= taken;
    return taken;
  }

  widen(window: 'connection' | 'stream', bytes: number): void {
    if (window === 'connection') this.#connectionBytes += bytes;
    else this.#streamBytes += bytes;
  }

  /** What a stream begins with; an open one gets the difference, and may then owe some (§6.9.2). */
  setInitial(bytes: number): void {
    this.#streamBytes += bytes - this.#initialBytes;
    this.#initialBytes = bytes;
  }
}
