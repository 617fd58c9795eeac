import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadDigits, type Digits } from './failures/digit-rows.js';
import { startExtraService, type ExtraService } from './failures/extra-service.js';
import { awaitJobs, predictDigits, submitDigits } from './failures/inference-client.js';
import { readMetric } from './failures/metrics.js';
import { inParallel } from './stack/http.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const REQUESTS = 600;

let stack: TrainedStack;
let secondApi: ExtraService;
let digits: Digits;

beforeAll(async () => {
  stack = await startTrainedStack({ workers: 2, env: { LOG_LEVEL: 'warn' } });
  secondApi = await startExtraService(stack, 'api');
  digits = await loadDigits(stack.objectsDirectory, 50);
}, 400_000);
afterAll(async () => {
  await secondApi?.stop();
  await stack?.close();
}, 60_000);

describe('two workers and two apis on one Redis', () => {
  it('share the load with no configuration, and give every caller its own rows', async () => {
    const before = await rowsRun();
    const apis = [stack.httpUrl, secondApi.url];
    const problems = await inParallel(Array.from({ length: REQUESTS }), 64, (_, index) => predictDigits(apis[index % 2] ?? '', digits.rows(index, 1 + (index % 10))));
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
    const shares = (await rowsRun()).map((rows, index) => rows - (before[index] ?? 0));
    process.stderr.write(`rows run by each of two workers: ${shares.join(' and ')}\n`);
    const total = shares.reduce((sum, rows) => sum + rows, 0);
    expect(total).toBe(sum(Array.from({ length: REQUESTS }, (_, index) => 1 + (index % 10))));
    for (const rows of shares) expect(rows).toBeGreaterThan(total / 10);
  }, 60_000);

  it('answer for a job whichever of them took it in', async () => {
    const jobs = await inParallel(Array.from({ length: 50 }), 8, (_, index) => submitDigits(stack.httpUrl, digits.rows(index, 2)));
    expect(await awaitJobs(secondApi.url, jobs, 30_000)).toEqual([]);
  }, 60_000);
});

function rowsRun(): Promise<number[]> {
  return Promise.all(stack.workers.map(({ url }) => readMetric(url, 'switchyard_rows_total', 'model="mnist",outcome="run"')));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
