import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { collectLessOften } from './collect-less-often.js';

describe('collectLessOften', () => {
  it('sets what this version of Node knows: V8 takes an unknown flag for a line on stderr, and no more', () => {
    const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
    expect(options).toContain('--heap-growing-percent ');
    expect(collectLessOften).not.toThrow();
  });
});
