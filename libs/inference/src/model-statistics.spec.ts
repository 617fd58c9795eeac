import { describe, expect, it } from '@jest/globals';
import { ModelStatistics } from './model-statistics.js';
import { NO_TIMING } from './reply-timing.js';

const MNIST = { model: 'mnist', version: 2, rows: 3 };
const TIMING = { queueMs: 1, preprocessMs: 0.5, computeMs: 4, batchRows: 8, executions: 1 };

describe('ModelStatistics', () => {
  it('adds up requests, rows and durations per version', () => {
    const statistics = new ModelStatistics();
    statistics.answered(MNIST, { timing: TIMING }, { durationMs: 10, wallMs: 100 });
    statistics.answered({ ...MNIST, rows: 1 }, { timing: { ...TIMING, executions: 0 } }, { durationMs: 20, wallMs: 200 });
    statistics.failed(MNIST, 5);
    expect(statistics.of('mnist', 2)).toEqual([
      {
        model: 'mnist', version: 2, lastAnswerAtMs: 200, rows: 4, executions: 1, success: { count: 2, totalMs: 30 }, failure: { count: 1, totalMs: 5 },
        queue: { count: 2, totalMs: 2 }, preprocess: { count: 2, totalMs: 1 }, compute: { count: 2, totalMs: 8 }, batches: new Map([[8, { count: 1, totalMs: 4 }]]),
      },
    ]);
  });

  it('lists batches by their rows, ascending, and keeps versions apart', () => {
    const statistics = new ModelStatistics();
    for (const batchRows of [64, 1, 8]) statistics.answered(MNIST, { timing: { ...TIMING, batchRows } }, { durationMs: 1, wallMs: 1 });
    statistics.failed({ ...MNIST, version: 3 }, 1);
    expect(statistics.of('mnist').map(({ version, batches }) => [version, [...batches.keys()]])).toEqual([[2, [1, 8, 64]], [3, []]]);
    expect(statistics.of()).toHaveLength(2);
    expect(statistics.of('other')).toEqual([]);
  });

  it('hands out figures that do not change afterwards', () => {
    const statistics = new ModelStatistics();
    statistics.answered(MNIST, { timing: NO_TIMING }, { durationMs: 1, wallMs: 1 });
    const [before] = statistics.of();
    statistics.answered(MNIST, { timing: TIMING }, { durationMs: 1, wallMs: 1 });
    expect(before).toMatchObject({ rows: 3, executions: 0, success: { count: 1 } });
  });
});
