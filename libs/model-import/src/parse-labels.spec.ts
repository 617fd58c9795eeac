import { describe, expect, it } from '@jest/globals';
import { parseLabels } from './parse-labels.js';

describe('parseLabels', () => {
  it('reads one label per line, Windows lines and a last newline included', () => {
    expect(parseLabels('tench\r\ngoldfish\n\ncrane\n\n')).toEqual(['tench', 'goldfish', '', 'crane']);
  });

  it('reads a JSON array of texts or of objects', () => {
    expect(parseLabels(' ["a", "b"]')).toEqual(['a', 'b']);
    expect(parseLabels('[{"index": 0, "label": "tench"}, {"label": "goldfish"}]')).toEqual(['tench', 'goldfish']);
  });

  it.each([
    ['', /empty/], ['[]', /empty/], ['["a", 1]', /Label 1 of the JSON array/], ['[{"name": "a"}]', /Label 0 of the JSON array/], ['["a"', /are none/], ['x'.repeat(501), /501 characters/], [`${'x'.repeat(499)}\n`.repeat(4_009), /^The labels have 2000491 characters together; at most 2000000/],
  ])('refuses %p', (text, message) => {
    expect(() => parseLabels(text)).toThrow(message);
  });
});
