import { describe, expect, it } from '@jest/globals';
import { rememberedCapacity, servingCapacity, type WorkerLease } from './worker-directory.js';

const lease = (id: string, version: number, more: Partial<WorkerLease['models'][number]> = {}): WorkerLease => ({
  id, models: [{ name: 'm', version, engine: 'onnx', ...more }],
});

describe('servingCapacity', () => {
  it('adds up what the workers of a version say', () => {
    const leases = [lease('a', 1, { mostRowsPerMs: 2, batchRows: 4 }), lease('b', 1, { mostRowsPerMs: 0.5, batchRows: 8 }), lease('c', 2, { mostRowsPerMs: 100, batchRows: 64 })];
    expect(servingCapacity(leases, 'm', 1)).toEqual({ workers: 2, mostRowsPerMs: 2.5, batchRows: 8 });
  });

  it('is not known where one of them does not say', () => {
    expect(servingCapacity([lease('a', 1, { mostRowsPerMs: 2, batchRows: 4 }), lease('b', 1)], 'm', 1)).toEqual({ workers: 2, mostRowsPerMs: Infinity, batchRows: Infinity });
  });

  it('is not known where nobody has the version: one may be about to', () => {
    expect(servingCapacity([lease('a', 1, { mostRowsPerMs: 2 })], 'm', 2)).toEqual({ workers: 0, mostRowsPerMs: Infinity, batchRows: Infinity });
  });
});

describe('rememberedCapacity', () => {
  it('follows the workers', () => {
    let leases = [lease('a', 1, { mostRowsPerMs: 2, batchRows: 4 })];
    const capacityOf = rememberedCapacity({ current: () => leases });
    expect([capacityOf('m', 1), capacityOf('m', 1), capacityOf('m', 2).workers]).toEqual([servingCapacity(leases, 'm', 1), servingCapacity(leases, 'm', 1), 0]);
    leases = [...leases, lease('b', 1, { mostRowsPerMs: 1, batchRows: 4 })];
    expect(capacityOf('m', 1)).toEqual({ workers: 2, mostRowsPerMs: 3, batchRows: 4 });
  });
});
