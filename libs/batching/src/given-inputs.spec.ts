import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@switchyard/clock';
import { numericData, tensor, type TensorMap } from '@switchyard/tensor';
import { Batcher, type SubmitOptions } from './batcher.js';
import { CostTable } from './cost-table.js';
import type { EngineRun } from './run-batch.js';

const POISON = -1;
const POLICY = { maxBatchRows: 4, maxQueuedRows: 100, maxQueuedBytes: 1_000, maxQueueDelayMs: 0 };
const column = (...values: number[]): TensorMap => new Map([['x', tensor('float32', [values.length, 1], Float32Array.from(values))]]);
const valuesOf = (tensors: TensorMap): number[] => [...tensors.values()].flatMap((of) => [...(numericData(of) as Float32Array)]);
const isGone = (inputs: TensorMap): boolean => [...inputs.values()].every((of) => numericData(of).buffer.byteLength === 0);

/** Takes the memory of what it is given, as an engine in another thread does; fails on a batch that holds `POISON`. */
const takingEngine: EngineRun = async (inputs, { isGiven }) => {
  const values = valuesOf(inputs);
  if (isGiven) for (const of of inputs.values()) structuredClone(of, { transfer: [numericData(of).buffer as ArrayBuffer] });
  await Promise.resolve();
  if (values.includes(POISON)) throw new Error('poisoned');
  return column(...values.map((value) => value + 1));
};

const batcher = (): Batcher => new Batcher({ run: takingEngine, maxConcurrentRuns: 1, policy: POLICY, costs: new CostTable(new Map([[1, 1], [4, 2]])), clock: new ManualClock() });
const options = (rows: number, more: Partial<SubmitOptions> = {}): SubmitOptions => ({ rows, priorityClass: 0, deadlineAtMs: 1_000_000, ...more });

describe('the memory of inputs', () => {
  it('is the submitter’s, as long as it does not give it away', async () => {
    const inputs = column(1);
    expect(valuesOf((await batcher().submit(inputs, options(1))).outputs)).toEqual([2]);
    expect(valuesOf(inputs)).toEqual([1]);
  });

  it('goes to the engine when it is given away', async () => {
    const inputs = column(1);
    expect(valuesOf((await batcher().submit(inputs, options(1, { isGiven: true }))).outputs)).toEqual([2]);
    expect(isGone(inputs)).toBe(true);
  });

  it('is kept for as long as a batch may have to be run again in halves', async () => {
    const { outputs, failures } = await batcher().submit(column(1, POISON, 3, 4), options(4, { isGiven: true }));
    expect([valuesOf(outputs), failures.map(({ from, to }) => [from, to])]).toEqual([[2, 0, 4, 5], [[1, 2]]]);
  });

  it('of a batch that was joined goes to the engine, and the rows of its parts stay to be run again', async () => {
    const rows = [column(1), column(2), column(POISON), column(4), column(5)];
    const joined = batcher();
    const answers = await Promise.all(rows.map((inputs) => joined.submit(inputs, options(1))));
    expect(answers.map(({ outputs, failures }) => (failures.length > 0 ? 'failed' : valuesOf(outputs)[0]))).toEqual([2, 3, 'failed', 5, 6]);
    expect(rows.map((inputs) => valuesOf(inputs)[0])).toEqual([1, 2, POISON, 4, 5]);
  });
});
