import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '@switchyard/clock';
import { numericData, tensor, type TensorMap } from '@switchyard/tensor';
import { Batcher } from './batcher.js';
import { CostTable } from './cost-table.js';

const LATER = 1_000_000;
const POLICY = { maxBatchRows: 4, maxQueuedRows: 100, maxQueuedBytes: 1_000, maxQueueDelayMs: 0 };
const column = (...values: number[]): TensorMap => new Map([['x', tensor('float32', [values.length, 1], Float32Array.from(values))]]);
const valuesOf = (outputs: TensorMap): number[] => [...outputs.values()].flatMap((of) => [...(numericData(of) as Float32Array)]);

/** An engine that adds one to each row when told to go on, and fails on a batch that holds `poison`. */
function manualEngine(poison?: number) {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  let open = false;
  return {
    batches,
    openUp(): void {
      open = true;
      gates.splice(0).forEach((gate) => gate());
    },
    run: async (inputs: TensorMap): Promise<TensorMap> => {
      const values = valuesOf(inputs);
      batches.push(values);
      if (!open) await new Promise<void>((resolve) => gates.push(resolve));
      if (poison !== undefined && values.includes(poison)) throw new Error('poisoned');
      return new Map([['y', tensor('float32', [values.length, 1], Float32Array.from(values, (value) => value + 1))]]);
    },
  };
}

function batcherFor(engine: ReturnType<typeof manualEngine>, clock = new ManualClock(), maxBatchRows = 4): Batcher {
  return new Batcher({
    run: engine.run,
    maxConcurrentRuns: 1,
    policy: { ...POLICY, maxBatchRows },
    costs: new CostTable(new Map([[1, 1], [4, 2], [64, 10]])),
    clock,
  });
}

describe('Batcher', () => {
  it('starts a lone submission at once', () => {
    const engine = manualEngine();
    void batcherFor(engine).submit(column(7), { rows: 1, priorityClass: 0, deadlineAtMs: LATER });
    expect(engine.batches).toEqual([[7]]);
  });

  it('couples what arrives while the engine is busy', async () => {
    const engine = manualEngine();
    const batcher = batcherFor(engine);
    const answers = [1, 2, 3, 4, 5].map((value) => batcher.submit(column(value), { rows: 1, priorityClass: 0, deadlineAtMs: LATER }));
    engine.openUp();
    expect((await Promise.all(answers)).map(({ outputs }) => valuesOf(outputs))).toEqual([[2], [3], [4], [5], [6]]);
    expect(engine.batches).toEqual([[1], [2, 3, 4, 5]]);
  });

  it('splits a submission larger than a batch and rejoins it in order', async () => {
    const engine = manualEngine();
    engine.openUp();
    const { outputs, failures } = await batcherFor(engine).submit(column(1, 2, 3, 4, 5, 6, 7, 8, 9), { rows: 9, priorityClass: 0, deadlineAtMs: LATER });
    expect(valuesOf(outputs)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(failures).toEqual([]);
    expect(engine.batches.every((batch) => batch.length <= 4)).toBe(true);
  });

  it('tells each submission where its time went, and counts every batch for exactly one', async () => {
    const engine = manualEngine();
    const clock = new ManualClock();
    const batcher = batcherFor(engine, clock);
    const answers = [1, 2, 3, 4].map((value) => batcher.submit(column(value), { rows: 1, priorityClass: 0, deadlineAtMs: LATER }));
    clock.advance(5);
    engine.openUp();
    const timings = (await Promise.all(answers)).map(({ timing }) => timing);
    expect(timings[0]).toEqual({ queueMs: 0, computeMs: 5, batchRows: 1, runRows: 1, executions: 1 });
    expect(timings[1]).toEqual({ queueMs: 5, computeMs: 0, batchRows: 3, runRows: 3, executions: 1 });
    expect(timings.reduce((sum, { executions }) => sum + executions, 0)).toBe(engine.batches.length);
  });

  it('lets the more urgent class go first', async () => {
    const engine = manualEngine();
    const batcher = batcherFor(engine, new ManualClock(), 1);
    const submit = (value: number, priorityClass: number) => batcher.submit(column(value), { rows: 1, priorityClass, deadlineAtMs: LATER });
    const answers = [submit(1, 2), submit(2, 2), submit(3, 2), submit(4, 0)];
    engine.openUp();
    await Promise.all(answers);
    expect(engine.batches).toEqual([[1], [2], [4], [3]]);
  });

  it('fails only the poisoned row of a batch', async () => {
    const engine = manualEngine(3);
    const batcher = batcherFor(engine);
    const answers = [1, 2, 3, 4, 5, 6].map((value) => batcher.submit(column(value), { rows: 1, priorityClass: 0, deadlineAtMs: LATER }));
    engine.openUp();
    const settled = await Promise.all(answers);
    expect(settled.map(({ failures }) => failures.length)).toEqual([0, 0, 1, 0, 0, 0]);
    expect(valuesOf(settled[5]?.outputs ?? new Map())).toEqual([7]);
  });

  it('answers the good rows of a submission beside the poisoned one', async () => {
    const engine = manualEngine(2);
    engine.openUp();
    const { outputs, failures } = await batcherFor(engine).submit(column(1, 2, 3), { rows: 3, priorityClass: 0, deadlineAtMs: LATER });
    expect(valuesOf(outputs)).toEqual([2, 0, 4]);
    expect(failures).toMatchObject([{ from: 1, to: 2, error: { kind: 'engine-failed' } }]);
  });

  it('closes once, however often it is told to', async () => {
    const engine = manualEngine();
    const batcher = batcherFor(engine);
    const answer = batcher.submit(column(1), { rows: 1, priorityClass: 0, deadlineAtMs: LATER });
    const closing = [batcher.close(), batcher.close()];
    engine.openUp();
    await Promise.all([...closing, answer, batcher.close()]);
  });

  it('drops what has expired before it reaches the engine', async () => {
    const engine = manualEngine();
    const clock = new ManualClock();
    const batcher = batcherFor(engine, clock);
    const first = [batcher.submit(column(1), { rows: 1, priorityClass: 0, deadlineAtMs: LATER }), batcher.submit(column(2), { rows: 1, priorityClass: 0, deadlineAtMs: LATER })];
    const late = batcher.submit(column(3), { rows: 1, priorityClass: 0, deadlineAtMs: 10 });
    clock.advance(11);
    engine.openUp();
    await Promise.all(first);
    expect((await late).failures).toMatchObject([{ error: { kind: 'deadline-exceeded' } }]);
    expect(engine.batches.flat()).not.toContain(3);
  });

  it('keeps a job that waits longer than its place in the order takes into account', async () => {
    const engine = manualEngine();
    const clock = new ManualClock();
    const batcher = batcherFor(engine, clock, 1);
    for (const value of [0, 1]) void batcher.submit(column(value), { rows: 1, priorityClass: 0, deadlineAtMs: LATER });
    const job = batcher.submit(column(2, 3), { rows: 2, priorityClass: 2, deadlineAtMs: LATER });
    clock.advance(LATER / 2);
    engine.openUp();
    expect(await job).toMatchObject({ failures: [], timing: { queueMs: LATER / 2 } });
  });

  it('assembles the next batch while the engine runs once more rows would gain little', async () => {
    const engine = manualEngine();
    const batcher = batcherFor(engine);
    for (let value = 1; value <= 9; value++) void batcher.submit(column(value), { rows: 1, priorityClass: 0, deadlineAtMs: LATER });
    expect(engine.batches).toEqual([[1], [2, 3, 4, 5]]);
    expect(batcher.explain()).toMatchObject({ running: 2, queuedRows: 4, queuedBytes: 16, cheapestRows: 4 });
    engine.openUp();
    await batcher.close();
    expect(engine.batches).toEqual([[1], [2, 3, 4, 5], [6, 7, 8, 9]]);
    expect(batcher.explain()).toMatchObject({ running: 0, queuedRows: 0, queuedBytes: 0, reasons: { idle: 1, full: 2, drain: 0 } });
    expect(batcher.explain().latest.map(({ rows, reason }) => [rows, reason])).toEqual([[1, 'idle'], [4, 'full'], [4, 'full']]);
  });

  it('refuses at once what could not be answered in time, but only while others are before it', async () => {
    const engine = manualEngine();
    const batcher = batcherFor(engine);
    const submit = (rows: number, deadlineAtMs: number, priorityClass = 0) => batcher.submit(column(...new Array<number>(rows).fill(0)), { rows, priorityClass, deadlineAtMs });
    void submit(1, LATER);
    void submit(40, LATER);
    await expect(submit(1, 5)).rejects.toMatchObject({ kind: 'overloaded', message: expect.stringContaining('longer than this request has'), retryAfterMs: expect.any(Number) });
    engine.openUp();
    await batcher.close();
    expect(valuesOf((await batcherFor(engine).submit(column(1), { rows: 1, priorityClass: 0, deadlineAtMs: 0.5 })).outputs)).toEqual([2]);
  });

  it('lets urgent rows pass by rows of lower classes, and counts only those before them', async () => {
    const engine = manualEngine();
    const batcher = batcherFor(engine);
    void batcher.submit(column(1), { rows: 1, priorityClass: 2, deadlineAtMs: LATER });
    void batcher.submit(column(...new Array<number>(40).fill(2)), { rows: 40, priorityClass: 2, deadlineAtMs: LATER });
    const urgent = batcher.submit(column(7), { rows: 1, priorityClass: 0, deadlineAtMs: 5 });
    engine.openUp();
    expect(valuesOf((await urgent).outputs)).toEqual([8]);
  });

  it('pads a batch to a size that is measured to be cheaper, and hands out only the real rows', async () => {
    const engine = manualEngine();
    engine.openUp();
    const batcher = new Batcher({
      run: engine.run, maxConcurrentRuns: 1, clock: new ManualClock(), costs: new CostTable(new Map([[1, 10], [3, 9], [4, 2]])), policy: POLICY,
    });
    const { outputs, timing } = await batcher.submit(column(1, 2, 3), { rows: 3, priorityClass: 0, deadlineAtMs: LATER });
    expect(engine.batches).toEqual([[1, 2, 3, 0]]);
    expect(valuesOf(outputs)).toEqual([2, 3, 4]);
    expect(timing).toMatchObject({ executions: 1, batchRows: 3 });
  });

  it('follows a policy that is changed while it works', async () => {
    const engine = manualEngine();
    const batcher = batcherFor(engine);
    for (let value = 1; value <= 5; value++) void batcher.submit(column(value), { rows: 1, priorityClass: 0, deadlineAtMs: LATER });
    batcher.policy = { maxBatchRows: 2, maxQueuedRows: 2, maxQueuedBytes: 1_000, maxQueueDelayMs: 0 };
    void batcher.submit(column(6), { rows: 1, priorityClass: 0, deadlineAtMs: LATER });
    await expect(batcher.submit(column(7, 8), { rows: 2, priorityClass: 0, deadlineAtMs: LATER })).rejects.toMatchObject({ kind: 'overloaded' });
    engine.openUp();
    await batcher.close();
    expect(engine.batches.map((batch) => batch.length)).toEqual([1, 4, 1]);
  });

  it('waits for a better batch where the policy allows it and it pays', async () => {
    const engine = manualEngine();
    const clock = new ManualClock();
    engine.openUp();
    const batcher = new Batcher({
      run: engine.run, maxConcurrentRuns: 1, clock, costs: new CostTable(new Map([[1, 10], [4, 11], [8, 12]])),
      policy: { ...POLICY, maxBatchRows: 8, maxQueueDelayMs: 50 },
    });
    const submit = (value: number) => batcher.submit(column(value), { rows: 1, priorityClass: 0, deadlineAtMs: LATER });
    const answers: ReturnType<typeof submit>[] = [];
    for (let value = 0; value < 400; value++) {
      answers.push(submit(value));
      clock.advance(1);
      await Promise.resolve();
    }
    await batcher.close();
    expect((await Promise.all(answers)).map(({ outputs }) => valuesOf(outputs))).toEqual(answers.map((_, value) => [value + 1]));
    expect(engine.batches.length).toBeLessThan(200);
  });

  it('refuses rows beyond its bound', async () => {
    const batcher = batcherFor(manualEngine());
    for (let i = 0; i < 2; i++) void batcher.submit(column(...new Array<number>(50).fill(i)), { rows: 50, priorityClass: 0, deadlineAtMs: LATER });
    await expect(batcher.submit(column(...new Array<number>(50).fill(9)), { rows: 50, priorityClass: 0, deadlineAtMs: LATER })).rejects.toMatchObject({ kind: 'overloaded' });
  });

  it('refuses bytes beyond its bound', async () => {
    const batcher = batcherFor(manualEngine(), new ManualClock(), 1);
    const wide = (): TensorMap => new Map([['x', tensor('float32', [1, 100], new Float32Array(100))]]);
    for (let i = 0; i < 4; i++) void batcher.submit(wide(), { rows: 1, priorityClass: 0, deadlineAtMs: LATER });
    await expect(batcher.submit(wide(), { rows: 1, priorityClass: 0, deadlineAtMs: LATER })).rejects.toMatchObject({ kind: 'overloaded', message: expect.stringContaining('800 bytes') });
  });

  it('loses, doubles and swaps no row, whatever arrives and whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ rows: fc.integer({ min: 1, max: 9 }), priorityClass: fc.integer({ min: 0, max: 2 }) }), { minLength: 1, maxLength: 15 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 8 }),
        async (sizes, poison, maxBatchRows) => {
          const engine = manualEngine(poison);
          const batcher = batcherFor(engine, new ManualClock(), maxBatchRows);
          let next = 0;
          const submissions = sizes.map(({ rows, priorityClass }) => {
            const values = Array.from({ length: rows }, () => next++);
            return { values, settled: batcher.submit(column(...values), { rows, priorityClass, deadlineAtMs: LATER }) };
          });
          engine.openUp();
          for (const { values, settled } of submissions) {
            const { outputs, failures } = await settled;
            const failed = new Set(failures.flatMap(({ from, to }) => values.slice(from, to)));
            expect([...failed]).toEqual(values.includes(poison) ? [poison] : []);
            if (outputs.size > 0) expect(valuesOf(outputs)).toEqual(values.map((value) => (failed.has(value) ? 0 : value + 1)));
          }
          expect(engine.batches.every((batch) => batch.length <= maxBatchRows)).toBe(true);
          await batcher.close();
          expect(batcher.queuedRows).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
