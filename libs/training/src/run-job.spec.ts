import { describe, expect, it } from '@jest/globals';
import { newRunId, runJobOptions } from './run-job.js';

describe('newRunId', () => {
  it('names the pipeline and the time, and differs from the next', () => {
    const wallMs = Date.UTC(2026, 0, 5, 2);
    expect(newRunId('mnist', wallMs)).toMatch(/^mnist-20260105T020000Z-[0-9a-f]{6}$/);
    expect(newRunId('mnist', wallMs)).not.toBe(newRunId('mnist', wallMs));
  });
});

describe('runJobOptions', () => {
  it('lets one run of a pipeline wait or work at a time', () => {
    expect(runJobOptions('a-1', 'a').deduplication).toEqual(runJobOptions('a-2', 'a').deduplication);
    expect(runJobOptions('a-1', 'a').deduplication).not.toEqual(runJobOptions('b-1', 'b').deduplication);
  });
});
