import { describe, expect, it } from '@jest/globals';
import { LatencyLog } from './latency-log.js';

describe('LatencyLog', () => {
  it('gives back what was added, ascending, and goes on', () => {
    const log = new LatencyLog(4);
    for (const latency of [3, 0.5, 20]) log.add(latency);
    expect([...log.sorted()]).toEqual([0.5, 3, 20]);
    log.add(1);
    expect([...log.sorted()]).toEqual([0.5, 1, 3, 20]);
  });

  it('counts what it has no room for', () => {
    const log = new LatencyLog(2);
    for (const latency of [1, 2, 3]) log.add(latency);
    expect(log.count).toBe(3);
    expect([...log.sorted()]).toEqual([1, 2]);
  });
});
