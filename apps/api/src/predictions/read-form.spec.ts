import { describe, expect, it } from '@jest/globals';
import { readForm } from './read-form.js';

describe('readForm', () => {
  it('separates the model from the fields', () => {
    expect(readForm(Buffer.from('x1=1.5&model=simple_classifier&x2=2%2E3'))).toEqual({ model: 'simple_classifier', fields: { x1: '1.5', x2: '2.3' } });
    expect(readForm(Buffer.from('x1=1'))).toEqual({ model: undefined, fields: { x1: '1' } });
  });

  it('refuses a field that is given twice', () => {
    expect(() => readForm(Buffer.from('x1=1&x2=2&x1=3'))).toThrow('The form has the field "x1" more than once.');
  });

  it('keeps a field named __proto__ a field', () => {
    const { fields } = readForm(Buffer.from('__proto__=1'));
    expect(Object.keys(fields)).toEqual(['__proto__']);
  });
});
