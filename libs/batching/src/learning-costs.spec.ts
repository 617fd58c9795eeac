import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@switchyard/clock';
import { tensor, type TensorMap } from '@switchyard/tensor';
import { Batcher } from './batcher.js';
import { CostTable } from './cost-table.js';

const POLICY = { maxBatchRows: 4, maxQueuedRows: 100, maxQueuedBytes: 1_000, maxQueueDelayMs: 0 };
const rowsOf = (rows: number): TensorMap => new Map([['x', tensor('float32', [rows, 1], new Float32Array(rows))]]);

/** Answers go out first, then the batcher learns. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Batches of four rows end when they are told to, or fail. */
function fourRowBatches(maxConcurrentRuns: number) {
  const clock = new ManualClock();
  const costs = new CostTable(new Map([[1, 1], [4, 2]]));
  const running: { end(): void; fail(): void }[] = [];
  const run = (inputs: TensorMap): Promise<TensorMap> => new Promise((resolve, reject) => running.push({ end: () => resolve(inputs), fail: () => reject(new Error('failed')) }));
  const batcher = new Batcher({ run, maxConcurrentRuns, policy: POLICY, costs, clock });
  const submit = () => batcher.submit(rowsOf(4), { rows: 4, priorityClass: 0, deadlineAtMs: 1_000_000 });
  const learnt = (): object => ({ runs: costs.entries()[1]!.runs, meanMs: costs.entries()[1]!.meanMs });
  return { clock, costs, running, submit, learnt };
}

describe('what a batch costs', () => {
  it('is counted, for one that was handed over in advance, from the end of the one before it', async () => {
    const { clock, running, submit, learnt } = fourRowBatches(1);
    const [first, second] = [submit(), submit()];
    clock.advance(2);
    running[0]!.end();
    await first;
    await turn();
    expect(learnt()).toEqual({ runs: 1, meanMs: 2 });
    clock.advance(12);
    running[1]!.end();
    await second;
    await turn();
    expect(learnt()).toEqual({ runs: 2, meanMs: 4 });
  });

  it('is not known of one that was behind one that failed, and so ran in pieces', async () => {
    const { clock, running, submit, learnt } = fourRowBatches(1);
    const [, second] = [submit(), submit()];
    clock.advance(2);
    running[0]!.fail();
    clock.advance(1);
    running[1]!.end();
    await second;
    await turn();
    expect(learnt()).toEqual({ runs: 0, meanMs: 2 });
  });

  it('is not known of one that waited for whichever of several engines', async () => {
    const { clock, running, submit, learnt } = fourRowBatches(2);
    const answers = [submit(), submit(), submit()];
    clock.advance(2);
    for (const batch of running) batch.end();
    await Promise.all(answers);
    await turn();
    expect(learnt()).toEqual({ runs: 2, meanMs: 2 });
  });
});
