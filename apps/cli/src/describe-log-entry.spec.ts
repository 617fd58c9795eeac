import { describe, expect, it } from '@jest/globals';
import { describeLogEntry } from './describe-log-entry.js';
import { parseLogEntry } from './log-entry.js';

function shown(line: object): string | null {
  const entry = parseLogEntry(JSON.stringify(line));
  return entry === null ? null : describeLogEntry('trainer', entry);
}

describe('describeLogEntry', () => {
  it('shows how training goes, one line per step or epoch', () => {
    const progress = { level: 30, msg: 'training.progress', pipeline: 'mnist' };
    expect(shown({ ...progress, step: 'gate', message: 'The gate is passed.' })).toBe('  mnist              gate: The gate is passed.');
    const epoch = { epoch: 2, epochs: 6, loss: 0.07124, accuracy: 0.98123, validationLoss: 0.05, validationAccuracy: 0.9876, durationMs: 6_324 };
    expect(shown({ ...progress, step: 'fit', message: 'Epoch 2 of 6.', ...epoch })).toBe(
      '  mnist              fit: Epoch 2 of 6.  loss 0.0712  accuracy 98.12 %  on unseen rows 98.76 %  6.3 s',
    );
  });

  it('shows errors with their reason and keeps quiet about the rest', () => {
    expect(shown({ level: 50, msg: 'run.failed', err: { message: 'The disk is full.' } })).toBe('trainer: run.failed (The disk is full.)');
    expect(shown({ level: 40, msg: 'redis.disconnected' })).toBeNull();
    expect(shown({ level: 30, msg: 'service.listening' })).toBeNull();
  });

  it('takes lines that are no log entries for what they are', () => {
    expect(parseLogEntry('tensorflow says hello')).toBeNull();
    expect(parseLogEntry('{"cut off')).toBeNull();
    expect(parseLogEntry('{"msg":"no level"}')).toBeNull();
  });
});
