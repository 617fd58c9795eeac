import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadBenchConfig } from './bench.config.js';
import { FORMAT_NAMES } from './formats/wire-formats.js';
import { median } from './figures/median.js';
import { measureLoad, type LoadFigures } from './measure/measure-load.js';
import { openMnist, type OpenMnist } from './open-mnist.js';
import { RssSeries } from './processes/rss-series.js';
import type { RunningSystem } from './systems/system.js';
import { switchyardSystem } from './systems/switchyard-system.js';

const ROWS = 200_000;
const ROWS_PER_REQUEST = 100;
/** Caches, compiled code and the allocator's pools have found their size by then. */
const WARM_UP_ROWS = 150_000;
const CONNECTIONS = 8;
const LOOK_EVERY_MS = 100;
const DEADLINE_MS = 120_000;

let mnist: OpenMnist;
let system: RunningSystem;

beforeAll(async () => {
  mnist = await openMnist(loadBenchConfig().SWITCHYARD_HOME);
  system = await switchyardSystem({ objects: mnist.objects }).start();
}, 300_000);

afterAll(async () => {
  await system?.stop();
  await mnist?.close();
});

describe('every format of the benchmark', () => {
  it.each(FORMAT_NAMES)('%s: is taken, and answered with the right digits', async (format) => {
    const workload = await mnist.workload({ rowsPerRequest: 2, requests: 20, format });
    const { answers, checkedAnswers, failures, wrongAnswers } = await measureLoad(system, workload, { connections: 4, warmUpMs: 0, measureMs: DEADLINE_MS, maxAnswers: 100 });
    expect({ answers, failures, wrongAnswers }).toEqual({ answers: 100, failures: {}, wrongAnswers: [] });
    expect(checkedAnswers).toBe(100);
  }, DEADLINE_MS);
});

describe('the inference-worker', () => {
  it(
    'takes no more memory over 200,000 rows than it had after the warm-up, within 10 %',
    async () => {
      const workload = await mnist.workload({ rowsPerRequest: ROWS_PER_REQUEST, requests: 10 });
      const send = (rows: number): Promise<LoadFigures> =>
        measureLoad(system, workload, { connections: CONNECTIONS, warmUpMs: 0, measureMs: DEADLINE_MS, maxAnswers: rows / ROWS_PER_REQUEST });
      const pid = system.processes().find(({ name }) => name.startsWith('inference-worker'))?.pid ?? 0;

      await send(WARM_UP_ROWS);
      const series = new RssSeries(pid, LOOK_EVERY_MS);
      const { answers, failures, wrongAnswers } = await send(ROWS);
      const bytes = series.end();

      expect({ rows: answers * ROWS_PER_REQUEST, failures, wrongAnswers }).toEqual({ rows: ROWS, failures: {}, wrongAnswers: [] });
      expect(system.processes().some((process) => process.pid === pid)).toBe(true);
      const quarter = Math.floor(bytes.length / 4);
      const [first, last] = [median(bytes.slice(0, quarter)), median(bytes.slice(-quarter))];
      const megabytes = (size: number): string => (size / 2 ** 20).toFixed(0);
      process.stderr.write(`worker memory over ${ROWS} rows: ${megabytes(first)} MB in the first quarter, ${megabytes(last)} MB in the last\n`);
      expect(quarter).toBeGreaterThan(5);
      expect(last / first).toBeGreaterThan(0.9);
      expect(last / first).toBeLessThan(1.1);
    },
    3 * DEADLINE_MS,
  );
});
