import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { WorkerLease } from '@switchyard/inference';
import type { Manifest } from '@switchyard/model-registry';
import type { DefaultModel } from './default-model.js';
import { healthFacts } from './health-facts.js';
import { modelInfo } from './model-info.js';
import { requestStatistics, type RequestStatisticsOptions } from './request-statistics.js';

interface Golden<Given> {
  readonly why: string;
  readonly given: Given;
  readonly response: unknown;
}

function golden<Given>(name: string): [string, Golden<Given>][] {
  const cases = JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8')) as Golden<Given>[];
  return cases.map((one) => [one.why, one]);
}

/** Their order too: people read these. */
function expectGolden(answer: unknown, { response }: Golden<unknown>): void {
  expect(JSON.stringify(answer)).toBe(JSON.stringify(response));
}

describe('GET /health', () => {
  it.each(golden<DefaultModel>('health'))('%s', (_, one) => expectGolden(healthFacts(one.given), one));
});

describe('GET /metrics as JSON', () => {
  it.each(golden<RequestStatisticsOptions>('metrics'))('%s', (_, one) => expectGolden(requestStatistics(one.given), one));
});

describe('GET /model/info', () => {
  it.each(golden<{ manifest: Manifest; leases: WorkerLease[] }>('model-info'))('%s', (_, one) => expectGolden(modelInfo(one.given.manifest, one.given.leases), one));
});
