import { describe, expect, it } from '@jest/globals';
import { describeLogEntry } from './describe-log-entry.js';
import { parseLogEntry } from './log-entry.js';

function shown(line: object): string | null {
  const entry = parseLogEntry(JSON.stringify(line));
  return entry === null ? null : describeLogEntry('trainer', entry);
}

describe('describeLogEntry', () => {
  it('shows how training goes, one line per step or epoch', () => {
    expect(shown({ level: 30, msg: 'training.progress', pipeline: 'mnist', step: 'train', message: 'epoch 2 of 5, loss 0.0712' })).toBe(
      '  mnist              train: epoch 2 of 5, loss 0.0712',
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
