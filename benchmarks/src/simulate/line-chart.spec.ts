import { describe, expect, it } from '@jest/globals';
import { lineChart, type ChartOptions } from './line-chart.js';

const OPTIONS: ChartOptions = { title: 'A < B & C', xLabel: 'load', yLabel: 'ms', yScale: 'log', yRange: [0.1, 1_000], columns: 2 };
const LINE = { name: 'one', points: [[0, 1], [1, 10], [2, NaN], [3, 5_000]] as const };

describe('lineChart', () => {
  it('draws a panel per set of lines, a legend, and breaks lines where there is no value', () => {
    const svg = lineChart([{ title: 'first', lines: [LINE] }, { title: 'second', lines: [LINE] }], OPTIONS);
    expect(svg.match(/stroke-width="2.5"/g)).toHaveLength(2);
    expect(svg).toContain('A &lt; B &amp; C');
    expect(svg).not.toContain('NaN');
  });

  it('keeps values within the range that is shown', () => {
    const svg = lineChart([{ title: 'first', lines: [{ name: 'one', points: [[0, 1], [1, 1e9]] }] }], OPTIONS);
    expect(svg).toMatch(/L286,26"/);
  });
});
