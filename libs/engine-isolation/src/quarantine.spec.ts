import { describe, expect, it } from '@jest/globals';
import { Quarantine } from './quarantine.js';

const MINUTE_MS = 60_000;

function quarantineOf3(): { quarantine: Quarantine; passMs(durationMs: number): void } {
  let nowMs = 0;
  const limits = { quarantineEnds: 3, quarantineWindowMs: 10 * MINUTE_MS, quarantineMs: 30 * MINUTE_MS };
  return { quarantine: new Quarantine(limits, () => nowMs), passMs: (durationMs) => (nowMs += durationMs) };
}

describe('Quarantine', () => {
  it('begins with so many ends within the window, says why, and is over after its time', () => {
    const { quarantine, passMs } = quarantineOf3();
    for (let end = 0; end < 2; end++) quarantine.recordEnd('it was ended by SIGABRT');
    expect(quarantine.refusal()).toBeNull();
    quarantine.recordEnd('it was ended by SIGABRT');
    expect(quarantine.refusal()).toMatchObject({
      kind: 'model-not-ready',
      message:
        'The model is quarantined: it ended its process 3 times within 10 minutes (the last time, it was ended by SIGABRT). ' +
        'It is tried again in 30 minutes; a new version is served at once.',
    });
    passMs(30 * MINUTE_MS - 1);
    expect(quarantine.refusal()?.message).toContain('tried again in 1 minute;');
    passMs(1);
    expect(quarantine.refusal()).toBeNull();
  });

  it('forgets ends older than the window, and begins anew after a quarantine', () => {
    const { quarantine, passMs } = quarantineOf3();
    for (let end = 0; end < 10; end++) {
      quarantine.recordEnd('it ended');
      passMs(5 * MINUTE_MS);
    }
    expect(quarantine.refusal()).toBeNull();
    quarantine.recordEnd('it ended');
    quarantine.recordEnd('it ended');
    expect(quarantine.refusal()).not.toBeNull();
    passMs(30 * MINUTE_MS);
    quarantine.recordEnd('it ended');
    expect(quarantine.refusal()).toBeNull();
  });
});
