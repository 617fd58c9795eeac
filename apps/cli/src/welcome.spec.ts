import { describe, expect, it } from '@jest/globals';
import { exampleCommand } from './welcome.js';

describe('exampleCommand', () => {
  it('is one line a shell takes as it stands', () => {
    expect(exampleCommand('http://127.0.0.1:8000')).toBe(
      `curl -s http://127.0.0.1:8000/predict -H 'content-type: application/json' -d '{"instances": [[1.5, 2.3]]}'`,
    );
  });
});
