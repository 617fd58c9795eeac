import type { Clock } from './clock.js';

/**
 * A reading that may be `maxAgeMs` old: whoever asks meanwhile shares it, however many ask. A failure is not kept.
 */
export function recently<Value>(read: () => Promise<Value>, { clock, maxAgeMs }: { readonly clock: Clock; readonly maxAgeMs: number }): () => Promise<Value> {
  let latest: { readonly atMs: number; readonly value: Promise<Value> } | undefined;
  return () => {
    if (latest !== undefined && clock.nowMs() - latest.atMs < maxAgeMs) return latest.value;
    const reading = { atMs: clock.nowMs(), value: read() };
    latest = reading;
    reading.value.catch(() => {
      if (latest === reading) latest = undefined;
    });
    return reading.value;
  };
}
