import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openMnist, type OpenMnist } from '../open-mnist.js';
import { loadBenchConfig } from '../bench.config.js';
import { readBaseline } from './baseline.js';
import { describeRatio } from './describe-ratio.js';
import { measureRatio, type RatioFigures } from './measure-ratio.js';

/** A ratio of two figures of the same run still moves by a tenth with the machine's mood; by a third it does not. */
const TOLERATED_LOSS = 1 / 3;

let mnist: OpenMnist;
let figures: RatioFigures;

beforeAll(async () => {
  mnist = await openMnist(loadBenchConfig().SWITCHYARD_HOME);
  figures = await measureRatio(mnist);
}, 300_000);

afterAll(() => mnist.close());

describe('64 connections with single rows', () => {
  it('get a right answer every time', () => {
    expect(figures.failures).toEqual([]);
    expect(Math.min(...figures.rounds.map(({ requestsPerSecond }) => requestsPerSecond))).toBeGreaterThan(0);
  });

  it('get as much of the engine as when this was last measured, less a third at most', async () => {
    const committed = (await readBaseline()).ratio;
    process.stderr.write(`${describeRatio(figures)}; committed: ${(committed * 100).toFixed(1)} %\n`);
    expect(figures.ratio).toBeGreaterThan(committed * (1 - TOLERATED_LOSS));
  });
});
