import { describe, expect, it } from '@jest/globals';
import { mostRowsPerMs, workersServing, type WorkerLease } from './worker-directory.js';

const lease = (id: string, version: number, rowsPerMs?: number): WorkerLease => ({
  id, models: [{ name: 'm', version, engine: 'onnx', ...(rowsPerMs !== undefined && { mostRowsPerMs: rowsPerMs }) }],
});

describe('mostRowsPerMs', () => {
  it('adds up what the workers of a version say', () => {
    const leases = [lease('a', 1, 2), lease('b', 1, 0.5), lease('c', 2, 100)];
    expect([mostRowsPerMs(leases, 'm', 1), workersServing(leases, 'm', 1)]).toEqual([2.5, 2]);
  });

  it('is not known where one of them does not say', () => {
    expect(mostRowsPerMs([lease('a', 1, 2), lease('b', 1)], 'm', 1)).toBe(Infinity);
  });

  it('is not known where nobody has the version', () => {
    expect(mostRowsPerMs([lease('a', 1, 2)], 'm', 2)).toBe(Infinity);
  });
});
