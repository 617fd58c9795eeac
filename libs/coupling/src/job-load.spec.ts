import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServingError } from '@switchyard/errors';
import type { InferenceReply, InferRequest } from '@switchyard/inference';
import { numericData, tensor, type TensorMap } from '@switchyard/tensor';
import { coupleJob, keepEntries, loadKey, splitReply } from './job-load.js';

const x = (values: readonly number[]): TensorMap => new Map([['x', tensor('float32', [values.length, 1], Float32Array.from(values))]]);
const request = (values: readonly number[], more: Partial<InferRequest> = {}): InferRequest => ({
  requestId: `r${values[0]}`, model: 'm', version: 1, rows: values.length, priority: 'normal', deadlineAtMs: 1, inputs: x(values), ...more,
});
const valuesOf = (tensors: TensorMap): number[] => [...tensors.values()].flatMap((of) => [...(numericData(of) as Float32Array)]);
const TIMING = { queueMs: 1, preprocessMs: 0, computeMs: 2, batchRows: 3, executions: 2 };

/** Rows of several requests: distinct numbers, counted through. */
const requests = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }).map((counts) => {
  let next = 0;
  return counts.map((count) => request(Array.from({ length: count }, () => next++)));
});

describe('a job of several requests', () => {
  it('is answered to each of them with its own rows', () => {
    fc.assert(fc.property(requests, (all) => {
      const job = coupleJob('j', all);
      expect(job.rows).toBe(all.reduce((sum, { rows }) => sum + rows, 0));
      const shares = splitReply(job.entries, { outputs: job.inputs, failures: [] });
      expect(shares.map(({ outputs }) => valuesOf(outputs))).toEqual(all.map(({ inputs }) => valuesOf(inputs)));
    }));
  });

  it('can do without some of them', () => {
    fc.assert(fc.property(requests, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (all, isKept) => {
      const kept = all.filter((_, index) => isKept[index]);
      fc.pre(kept.length > 0);
      const job = keepEntries(coupleJob('j', all), (index) => isKept[index] as boolean);
      expect(job).toEqual(coupleJob('j', kept));
    }));
  });

  it('fails only those whose rows failed, each told which of its own', () => {
    const job = coupleJob('j', [request([1, 2]), request([3, 4, 5]), request([6])]);
    const error = new ServingError('engine-failed', 'poisoned');
    const reply: InferenceReply = { outputs: job.inputs, failures: [{ from: 1, to: 4, error }], timing: TIMING };
    const shares = splitReply(job.entries, reply);
    expect(shares.map(({ failures }) => failures)).toEqual([[{ from: 1, to: 2, error }], [{ from: 0, to: 2, error }], []]);
    expect(shares.map(({ timing }) => timing?.executions)).toEqual([2, 0, 0]);
  });

  it('is only for requests that agree in version, priority, dtypes and shapes of rows', () => {
    const one = request([1]);
    const others = [{ model: 'n' }, { version: 2 }, { priority: 'bulk' as const }, { inputs: new Map([['x', tensor('float32', [1, 2], Float32Array.of(1, 2))]]) }, { inputs: new Map([['x', tensor('int32', [1, 1], Int32Array.of(1))]]) }];
    expect(new Set([one, ...others.map((more) => ({ ...one, ...more }))].map(loadKey)).size).toBe(6);
    expect(loadKey(request([1, 2, 3]))).toBe(loadKey(one));
  });
});
