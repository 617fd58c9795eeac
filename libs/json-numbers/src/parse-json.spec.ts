import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonSyntaxError, parseJson, type Json, type JsonMember } from './parse-json.js';

/** Back to what `JSON.parse` makes. */
function plain(value: Json): unknown {
  if (value instanceof Map) return Object.fromEntries([...(value as ReadonlyMap<string, Json>)].map(([name, member]) => [name, plain(member)]));
  if (Array.isArray(value)) return (value as readonly Json[]).map(plain);
  return typeof value === 'bigint' ? Number(value) : value;
}

function parse(text: string): Json {
  return parseJson(Buffer.from(text));
}

describe('parseJson', () => {
  it('reads every document as JSON.parse does', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 5 }), (text) => {
      expect(JSON.stringify(plain(parse(text)))).toBe(JSON.stringify(JSON.parse(text)));
    }), { numRuns: 1_000 });
  });

  it.each(['short', 'x'.repeat(63), 'x'.repeat(64), 'x'.repeat(65), 'with "quotes" and \\', 'tab\there', 'größer', '😀', '\u007f', '', ' '])('reads the text %j', (text) => {
    expect(parse(JSON.stringify(text))).toBe(text);
    expect(parse(JSON.stringify([text, { [text]: text }]))).toEqual([text, new Map([[text, text]])]);
  });

  it.each([
    ['', 'The document is empty.', 0],
    ['{"a": 1', 'Missing a comma or } after an object member.', 7],
    ['["a', 'Missing a closing quotation mark in string.', 1],
    ['["a\tb"]', 'Invalid escape character in string.', 1],
    ['1 2', 'The document root must not be followed by other values.', 2],
  ])('says of %j: %s', (text, problem, offset) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ problem, offset, constructor: JsonSyntaxError }));
  });

  it('leaves members to whoever can read them better, and reads on behind them', () => {
    const seen: Omit<JsonMember, 'bytes'>[] = [];
    const text = '{"a": 1, "list": [{"data": [1, 2] , "b": true}], "data": 3}';
    const value = parseJson(Buffer.from(text), {
      readMember: ({ bytes, ...member }) => {
        seen.push({ ...member, members: new Map(member.members) });
        return member.name === 'data' && member.depth === 2 ? Buffer.from(bytes).indexOf(']', member.position) + 1 : null;
      },
    });
    expect(value).toEqual(new Map<string, unknown>([['a', 1], ['list', [new Map([['b', true]])]], ['data', 3]]));
    expect(seen.map(({ name, depth, members }) => [name, depth, [...members.keys()]])).toEqual([
      ['a', 0, []], ['list', 0, ['a']], ['data', 2, []], ['b', 2, []], ['data', 0, ['a', 'list']],
    ]);
  });
});
