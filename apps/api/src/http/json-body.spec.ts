import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { jsonBody } from './json-body.js';

const schema = z.strictObject({
  epochs: z.number().int().min(1).max(10).optional(),
  rate: z.number().positive().optional(),
  priority: z.enum(['normal', 'bulk']).optional(),
  why: z.string().max(5).optional(),
  name: z.string().regex(/^[a-z]+$/, 'lower-case letters are expected').optional(),
});

describe('jsonBody', () => {
  it('returns what the schema makes of the body, and takes no body for an empty object', () => {
    expect(jsonBody(Buffer.from('{"epochs": 3}'), schema)).toEqual({ epochs: 3 });
    expect(jsonBody(undefined, schema)).toEqual({});
  });

  it.each([
    ['{"epochs": 0}', '"epochs" is 0; at least 1 is expected'],
    ['{"epochs": 11}', '"epochs" is 11; at most 10 is expected'],
    ['{"epochs": 0.5}', '"epochs" is 0.5; a whole number is expected'],
    ['{"epochs": "many"}', '"epochs" is "many"; a number is expected'],
    ['{"epochs": null}', '"epochs" is null; a number is expected'],
    ['{"epochs": [1]}', '"epochs" is a list; a number is expected'],
    ['{"rate": 0}', '"rate" is 0; more than 0 is expected'],
    ['{"priority": "high"}', '"priority" is "high"; "normal" or "bulk" is expected'],
    ['{"why": "because"}', '"why" is "because"; at most 5 characters is expected'],
    ['{"name": "A"}', '"name" is "A"; lower-case letters are expected'],
    ['{"epoch": 3}', 'it has no setting "epoch"'],
    ['[1]', 'it is a list; an object is expected'],
    ['null', 'it is null; an object is expected'],
    ['{"epochs": 0, "rate": -1}', '"epochs" is 0; at least 1 is expected; "rate" is -1; more than 0 is expected'],
  ])('says of %s what is wrong and what was expected', (body, problem) => {
    expect(() => jsonBody(Buffer.from(body), schema)).toThrow(`The request body cannot be used: ${problem}.`);
  });

  it('names a value that is missing', () => {
    expect(() => jsonBody(Buffer.from('{}'), z.object({ model: z.string() }))).toThrow('"model" is missing; text is expected.');
  });

  it('shows no more of a value than fits a message, however long or deep it is', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(() => jsonBody(Buffer.from(`{"name": ${deep}}`), schema)).toThrow('"name" is a list; text is expected.');
    expect(() => jsonBody(Buffer.from(`{"why": "${'w'.repeat(100_000)}"}`), schema)).toThrow(`"why" is "${'w'.repeat(50)}…"; at most 5 characters`);
  });

  it('says where the JSON ends to be JSON', () => {
    expect(() => jsonBody(Buffer.from('{"epochs"'), schema)).toThrow(/^The request body is not valid JSON: .*position 9.*\.$/);
  });
});
