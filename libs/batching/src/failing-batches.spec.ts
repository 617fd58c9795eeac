import { describe, expect, it } from '@jest/globals';
import { ServingError } from '@switchyard/errors';
import { ManualClock } from '@switchyard/clock';
import { numericData, tensor, type TensorMap } from '@switchyard/tensor';
import { silentObserver, type ExecutedBatch } from './batch-observer.js';
import { Batcher } from './batcher.js';
import { CostTable } from './cost-table.js';
import type { EngineRun } from './run-batch.js';

const LATER = 1_000_000;
const POLICY = { maxBatchRows: 4, maxQueuedRows: 100, maxQueuedBytes: 1_000, maxQueueDelayMs: 0 };
const column = (...values: number[]): TensorMap => new Map([['x', tensor('float32', [values.length, 1], Float32Array.from(values))]]);
const valuesOf = (inputs: TensorMap): number[] => [...(numericData(inputs.get('x')!) as Float32Array)];

function batcherFor(run: EngineRun, maxBatchRows: number): Batcher {
  return new Batcher({ run, maxConcurrentRuns: 1, policy: { ...POLICY, maxBatchRows }, costs: new CostTable(new Map([[1, 1], [4, 2], [64, 10]])), clock: new ManualClock() });
}

describe('Batcher, when batches fail', () => {
  it('learns what a run costs from runs that succeed, not from the halving of one that fails', async () => {
    const clock = new ManualClock();
    const costs = new CostTable(new Map([[1, 1], [4, 2]]));
    const executed: ExecutedBatch[] = [];
    const run = async (inputs: TensorMap): Promise<TensorMap> => {
      clock.advance(valuesOf(inputs).includes(3) ? 5_000 : 2);
      if (valuesOf(inputs).includes(3)) throw new ServingError('engine-failed', 'It ended.', { endedEngine: true });
      return inputs;
    };
    const observer = { ...silentObserver, batchExecuted: (batch: ExecutedBatch) => void executed.push(batch) };
    const runToItsEnd = async (...values: number[]): Promise<void> => {
      const batcher = new Batcher({ run, maxConcurrentRuns: 1, policy: POLICY, costs, clock, observer });
      void batcher.submit(column(...values), { rows: values.length, priorityClass: 0, deadlineAtMs: LATER });
      await batcher.close();
    };
    const unlearnt = costs.entries();
    await runToItsEnd(1, 2, 3, 4);
    expect(costs.entries()).toEqual(unlearnt);
    await runToItsEnd(5, 6, 7, 8);
    expect(costs.entries()).toMatchObject([{ runs: 0 }, { meanMs: 2, runs: 1 }]);
    expect(executed.map(({ rows, hasFailed }) => [rows, hasFailed])).toEqual([[4, true], [4, false]]);
  });

  it('runs a row without its padding where that is what the model cannot take', async () => {
    const run = (inputs: TensorMap): Promise<TensorMap> => (valuesOf(inputs).includes(0) ? Promise.reject(new Error('A zero.')) : Promise.resolve(inputs));
    const costs = new CostTable(new Map([[1, 10], [4, 2]]));
    const batcher = new Batcher({ run, maxConcurrentRuns: 1, policy: POLICY, costs, clock: new ManualClock() });
    for (const values of [[7], [7, 8, 9]]) {
      const { outputs, failures } = await batcher.submit(column(...values), { rows: values.length, priorityClass: 0, deadlineAtMs: LATER });
      expect([valuesOf(outputs), failures]).toEqual([values, []]);
    }
  });

  it('fails a submission whose batches the engine answers with rows that do not fit together', async () => {
    const run = async (inputs: TensorMap): Promise<TensorMap> => {
      const rows = valuesOf(inputs).length;
      return new Map([['y', tensor('float32', [rows, rows], new Float32Array(rows * rows))]]);
    };
    const batcher = batcherFor(run, 4);
    await expect(batcher.submit(column(1, 2, 3, 4, 5), { rows: 5, priorityClass: 0, deadlineAtMs: LATER })).rejects.toMatchObject({ message: expect.stringContaining('Cannot join') });
    await batcher.close();
  });

  it('ends the engine five times at most for a batch, and answers what need not share a piece with the rows that do', async () => {
    let ends = 0;
    const lethal = (isLethal: (value: number) => boolean) => async (inputs: TensorMap): Promise<TensorMap> => {
      if (!valuesOf(inputs).some(isLethal)) return new Map([['y', inputs.get('x')!]]);
      ends += 1;
      throw new ServingError('engine-failed', 'It ended.', { endedEngine: true });
    };
    const rows = Array.from({ length: 32 }, (_, row) => row);
    const options = { rows: 32, priorityClass: 0, deadlineAtMs: LATER };
    const allLethal = await batcherFor(lethal(() => true), 32).submit(column(...rows), options);
    expect([ends, allLethal.failures.reduce((sum, { from, to }) => sum + to - from, 0)]).toEqual([5, 32]);
    ends = 0;
    const oneLethal = await batcherFor(lethal((value) => value === 12), 32).submit(column(...rows), options);
    expect([ends, oneLethal.failures.map(({ from, to }) => [from, to])]).toEqual([3, [[8, 16]]]);
  });
});
