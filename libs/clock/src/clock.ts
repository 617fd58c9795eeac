/** Time as the domain sees it, so that a test can hold it still. */
export interface Clock {
  /** Monotonic milliseconds with a fraction, for durations; the origin means nothing. */
  nowMs(): number;
  /** Wall time in milliseconds since 1970, for deadlines that cross processes and for display. */
  wallMs(): number;
  /** Calls `action` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
