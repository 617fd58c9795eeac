import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitObject } from './split-object.js';

const split = (text: string, names = ['instances']): readonly [string, string] | null => {
  const halves = splitObject(Buffer.from(text), names);
  return halves && [halves.named.toString(), halves.rest.toString()];
};

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('splitObject', () => {
  it.each([
    ['{"model":"m","instances":[[1,2],[3]],"version":2}', '{"instances":[[1,2],[3]]}', '{"model":"m","version":2}'],
    [' { "instances" : [ "a]}\\"" , {"b":[]} ] } ', '{"instances" : [ "a]}\\"" , {"b":[]} ]}', '{}'],
    ['{}', '{}', '{}'],
    ['{"größe":1, "instances": 2.5e3 , "x":null}', '{"instances": 2.5e3}', '{"größe":1,"x":null}'],
    ['{"instances":[[1,2],"a"],"n":[[1]]}', '{"instances":[[1,2],"a"]}', '{"n":[[1]]}'],
    ['{"instances":[[1],{"a":[2],"b":3}],"n":1}', '{"instances":[[1],{"a":[2],"b":3}]}', '{"n":1}'],
    ['{"n":[1, [2]] , "instances":[[1],[2] ] }', '{"instances":[[1],[2] ]}', '{"n":[1, [2]]}'],
    ['{"instances":1,"instances":2}', '{"instances":1,"instances":2}', '{}'],
  ])('splits %s', (text, named, rest) => {
    expect(split(text)).toEqual([named, rest]);
  });

  it.each(['', '[]', '1', '{', '}', '{"a"}', '{"a":1,}', '{"a":1 "b":2}', '{"a":}x', '{a:1}', '{"a":"}', '{"a":[1}', '{"in\\u0073tances":1}'])('leaves %j to be read as a whole, or makes halves that are no JSON either', (text) => {
    const halves = split(text);
    expect(halves === null || halves.some((half) => !parses(half))).toBe(true);
  });

  it('makes halves that hold what the whole holds', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (members, instances) => {
      const whole = { ...members, instances };
      const halves = split(JSON.stringify(whole, null, 1));
      if (halves === null) return expect(Object.keys(whole).some((name) => JSON.stringify(name).includes('\\'))).toBe(true);
      expect(JSON.parse(halves[0])).toEqual(JSON.parse(JSON.stringify({ instances })));
      expect({ ...JSON.parse(halves[1]), instances: JSON.parse(halves[0]).instances }).toEqual(JSON.parse(JSON.stringify(whole)));
    }), { numRuns: 500 });
  });

  it('never makes valid halves of a document that is not valid', () => {
    const lists = fc.array(fc.oneof(fc.integer(), fc.array(fc.oneof(fc.integer(), fc.string()))));
    const cut = fc.tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.oneof(fc.jsonValue(), lists), fc.nat(), fc.constantFrom('', ',', '"', ']', '}', ':', ' '));
    fc.assert(fc.property(cut, ([members, instances, at, insert]) => {
      const text = JSON.stringify({ ...members, instances });
      const place = at % text.length;
      const broken = `${text.slice(0, place)}${insert}${text.slice(place + 1)}`;
      const halves = split(broken);
      if (halves?.every(parses) === true) expect(parses(broken)).toBe(true);
    }), { numRuns: 2_000 });
  });
});
