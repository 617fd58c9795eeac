import { describe, expect, it } from '@jest/globals';
import { ResponseSamples } from './response-samples.js';

describe('ResponseSamples', () => {
  it('keeps everything while there is room, as copies', () => {
    const samples = new ResponseSamples(3);
    const body = Buffer.from('one');
    samples.offer(5, body);
    body.write('two');
    expect(samples.kept).toEqual([{ request: 5, body: Uint8Array.from(Buffer.from('one')) }]);
  });

  it('keeps as much of the end as of the beginning', () => {
    let late = 0;
    let state = 1;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 200; round++) {
      const samples = new ResponseSamples(10, random);
      for (let answer = 0; answer < 1_000; answer++) samples.offer(answer, Buffer.alloc(0));
      expect(samples.kept.length).toBe(10);
      late += samples.kept.filter(({ request }) => request >= 500).length;
    }
    expect(late / 2_000).toBeGreaterThan(0.45);
    expect(late / 2_000).toBeLessThan(0.55);
  });
});
