import { describe, expect, it } from '@jest/globals';
import { RecordWaits } from './record-waits.js';

const RUNNING = { endedAt: null };
const ENDED = { endedAt: '2026-01-05T02:00:00.000Z' };
const forever = (): AbortController => new AbortController();

describe('RecordWaits', () => {
  it('looks until the record has ended', async () => {
    const seen = [null, RUNNING, ENDED];
    expect(await new RecordWaits(() => false).forEnd(() => Promise.resolve(seen.shift()!), { waitMs: 60_000, signal: forever().signal })).toBe(ENDED);
    expect(seen).toEqual([]);
  });

  it('gives the record as it was last seen once the time is over, or the process is to stop', async () => {
    expect(await new RecordWaits(() => false).forEnd(() => Promise.resolve(RUNNING), { waitMs: 20, signal: forever().signal })).toBe(RUNNING);
    let looks = 0;
    const draining = new RecordWaits(() => looks > 0);
    expect(await draining.forEnd(() => Promise.resolve((looks++, RUNNING)), { waitMs: 60_000, signal: forever().signal })).toBe(RUNNING);
    expect(looks).toBe(1);
  });

  it('does not look for who waits not at all, or has gone', async () => {
    const look = (): Promise<never> => Promise.reject(new Error('nobody asked'));
    expect(await new RecordWaits(() => false).forEnd(look, { waitMs: 0, signal: forever().signal })).toBeNull();
    expect(await new RecordWaits(() => false).forEnd(look, { waitMs: 60_000, signal: AbortSignal.abort() })).toBeNull();
  });

  it('lets a hundred wait at a time, answers others at once, and forgets those who have gone', async () => {
    const waits = new RecordWaits(() => false);
    const gone = forever();
    const look = (): Promise<typeof RUNNING> => Promise.resolve(RUNNING);
    const waiting = Array.from({ length: 100 }, () => waits.forEnd(look, { waitMs: 60_000, signal: gone.signal }));
    expect(await waits.forEnd(look, { waitMs: 60_000, signal: forever().signal })).toBeNull();
    gone.abort();
    await Promise.all(waiting);
    expect(await waits.forEnd(() => Promise.resolve(ENDED), { waitMs: 60_000, signal: forever().signal })).toBe(ENDED);
  });
});
