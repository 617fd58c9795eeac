import { describe, expect, it } from '@jest/globals';
import type { Manifest } from '@switchyard/model-registry';
import { numericData } from '@switchyard/tensor';
import { parseJson } from '../http/json-body.js';
import { BodyWithRows } from './body-with-rows.js';

const manifest = {
  name: 'm', version: 1,
  signature: { inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 2], finite: true }], outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 1], finite: false }] },
} as unknown as Manifest;

const rowsOf = (body: BodyWithRows): number[] => [...body.decodeRows(manifest).inputs.values()].flatMap((of) => [...(numericData(of) as Float32Array)]);

describe('a body with rows', () => {
  it.each(['{"model": "m", "instances": [[1, 2]], "priority": "bulk"}', '{"instances":[[1,2]],"model":"m","priority":"bulk"}'])('is read in halves: %s', (text) => {
    const body = new BodyWithRows(Buffer.from(text));
    expect(body.readEnvelope(parseJson)).toEqual({ model: 'm', priority: 'bulk' });
    expect(rowsOf(body)).toEqual([1, 2]);
  });

  it('never hands the rows to whoever reads the rest', () => {
    const seen: string[] = [];
    new BodyWithRows(Buffer.from('{"inputs": [[1, 2]], "model": "m"}')).readEnvelope((json) => seen.push(json.toString()));
    expect(seen).toEqual(['{"model": "m"}']);
  });

  it('says what is wrong of the whole body', () => {
    const body = new BodyWithRows(Buffer.from('{"model": "m", "instances": [[1, 2]}'));
    expect(() => body.decodeRows(manifest)).toThrow(/offset: 35/);
    const seen: string[] = [];
    expect(() => new BodyWithRows(Buffer.from('{"instances": 1, "model": nul}')).readEnvelope((json) => parseJson((seen.push(json.toString()), json)))).toThrow('not valid JSON');
    expect(seen.at(-1)).toBe('{"instances": 1, "model": nul}');
  });
});
