import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServingError } from '@switchyard/errors';
import { elementCount, numericData, type Tensor } from '@switchyard/tensor';
import { decodeInfer, encodeInfer, errorStatus, parseHeaderLength, type DecodedInfer } from './index.js';
import { manifestOf } from './testing/manifest-of.js';

const MUTATED_BODIES = 5_000;
const MB = 1024 * 1024;

/** A collection when asked for: only what is still held counts. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

const model = manifestOf({
  inputs: [
    { name: 'x', dtype: 'float32', shape: [-1, 2], finite: false }, { name: 'i', dtype: 'int64', shape: [-1], finite: false },
    { name: 's', dtype: 'string', shape: [-1], finite: false }, { name: 't', dtype: 'bool', shape: [-1, -1], finite: false },
  ],
  outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 2], finite: false }, { name: 'z', dtype: 'string', shape: [-1], finite: false }],
});

interface Body {
  readonly bytes: Buffer;
  readonly header: string | undefined;
}

/** A good request: each input in the JSON or behind it, as the dice say. */
const request: fc.Arbitrary<Body> = fc
  .record({ rows: fc.integer({ min: 1, max: 4 }), binary: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), value: fc.float({ noNaN: true, noDefaultInfinity: true }), text: fc.string({ maxLength: 5 }) })
  .map(({ rows, binary, value, text }) => {
    const strings = Array.from({ length: rows }, () => Buffer.from(text));
    const binaries = [
      Buffer.from(new Float32Array(rows * 2).fill(value).buffer), Buffer.from(new BigInt64Array(rows).fill(-7n).buffer),
      Buffer.concat(strings.flatMap((bytes) => [Buffer.from(Uint32Array.of(bytes.byteLength).buffer), bytes])), Buffer.alloc(rows * 2, 1),
    ];
    const datas: unknown[][] = [Array<number>(rows * 2).fill(value), Array<number>(rows).fill(-7), Array<string>(rows).fill(text), Array<boolean>(rows * 2).fill(true)];
    const shapes = [[rows, 2], [rows], [rows], [rows, 2]];
    const inputs = model.signature.inputs.map(({ name }, index) => ({
      name, shape: shapes[index], datatype: ['FP32', 'INT64', 'BYTES', 'BOOL'][index],
      ...(binary[index] === true ? { parameters: { binary_data_size: binaries[index]!.byteLength } } : { data: datas[index] }),
    }));
    const json = Buffer.from(JSON.stringify({ id: 'a', parameters: { priority: 1, timeout: 5 }, inputs, outputs: [{ name: 'y', parameters: { binary_data: true, classification: 1 } }, { name: 'z' }] }));
    return { bytes: Buffer.concat([json, ...binaries.filter((_, index) => binary[index])]), header: binary.includes(true) ? String(json.byteLength) : undefined };
  });

const TOKENS = ['[', ']', '{', '}', '"', ',', ':', '\\', 'null', 'true', 'NaN', '-', '1e999', '9'.repeat(40), '__proto__', '"shape"', '"data"', '"binary_data_size"', '4294967296', '\0', '\ufeff', '😀'].map((token) => Buffer.from(token));
const patch = fc.oneof(fc.constantFrom(...TOKENS), fc.uint8Array({ minLength: 1, maxLength: 8 }));
const mutation = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.integer({ min: 0, max: 12 }), insert: fc.option(patch, { nil: new Uint8Array(0) }) });
const header = fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom('0', '1', '-1', '99999999', 'x', '') }, { weight: 1, arbitrary: fc.nat(400).map(String) });

const mutated: fc.Arbitrary<Body> = fc.record({ body: request, mutations: fc.array(mutation, { maxLength: 4 }), given: header }).map(({ body, mutations, given }) => ({
  bytes: mutations.reduce((bytes, { at, drop, insert }) => {
    const from = Math.floor(at * bytes.byteLength);
    return Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from + drop)]);
  }, body.bytes),
  header: given ?? body.header,
}));

/** What a codec may do with a body: decode it, or refuse it with a sentence and a code below 500 (but 501). */
function outcome({ bytes, header: given }: Body): DecodedInfer | ServingError {
  try {
    return decodeInfer({ body: bytes, headerLength: parseHeaderLength(given, bytes.byteLength) }, model);
  } catch (thrown) {
    if (!(thrown instanceof ServingError)) throw thrown;
    expect([thrown.kind, errorStatus[thrown.kind] < 500 || errorStatus[thrown.kind] === 501]).toEqual([thrown.kind, true]);
    expect(thrown.message.length).toBeLessThan(1_500);
    return thrown;
  }
}

function expectWhole(input: Tensor): void {
  expect(input.data).toHaveLength(elementCount(input.shape));
}

describe('decodeInfer, given anything,', () => {
  it('takes every good request, JSON, binary and mixed', () => {
    fc.assert(fc.property(request, (body) => {
      const decoded = outcome(body);
      if (decoded instanceof ServingError) throw decoded;
      expect([...decoded.inputs.keys()]).toEqual(['x', 'i', 's', 't']);
      for (const input of decoded.inputs.values()) expectWhole(input);
    }), { numRuns: 500 });
  });

  it(`decodes or refuses ${MUTATED_BODIES} mutated bodies, headers included`, () => {
    let refused = 0;
    fc.assert(fc.property(mutated, (body) => {
      const decoded = outcome(body);
      if (decoded instanceof ServingError) refused++;
      else for (const input of decoded.inputs.values()) expectWhole(input);
    }), { numRuns: MUTATED_BODIES });
    expect(refused).toBeGreaterThan(MUTATED_BODIES / 2);
    expect(refused).toBeLessThan(MUTATED_BODIES);
  });

  it('decodes or refuses any document in the place of any member', () => {
    const member = fc.constantFrom('id', 'parameters', 'inputs', 'outputs');
    const field = fc.constantFrom('name', 'shape', 'datatype', 'parameters', 'data');
    const whole = { id: 'a', inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [1, 2] }], outputs: [{ name: 'y' }] };
    fc.assert(fc.property(member, field, fc.jsonValue({ maxDepth: 4 }), fc.boolean(), (top, inner, value, inInput) => {
      const document = inInput ? { ...whole, inputs: [{ ...whole.inputs[0], [inner]: value }] } : { ...whole, [top]: value };
      outcome({ bytes: Buffer.from(JSON.stringify(document)), header: undefined });
    }), { numRuns: 2_000 });
  });

  it('reads JSON numbers to the same bits with and without the fast way', () => {
    const one = manifestOf({ inputs: [{ name: 'x', dtype: 'float32', shape: [-1], finite: false }], outputs: model.signature.outputs });
    fc.assert(fc.property(fc.array(fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.double({ min: -1e30, max: 1e30, noNaN: true })), { minLength: 1, maxLength: 20 }), (values) => {
      const bits = (data: string): number[] => {
        const text = `{"inputs":[{"name":"x","shape":[${values.length}],"datatype":"FP32","data":${data}}]}`;
        const { inputs } = decodeInfer({ body: Buffer.from(text), headerLength: undefined }, one);
        return [...new Uint32Array((numericData(inputs.get('x')!) as Float32Array).slice().buffer)];
      };
      const list = JSON.stringify(values);
      // A ragged list is no tensor to the fast reader: the general one reads it.
      const ragged = `[${list},[]]`;
      expect(bits(list)).toEqual(bits(ragged));
      expect(bits(list)).toEqual([...new Uint32Array(Float32Array.from(JSON.parse(list) as number[]).buffer)]);
    }), { numRuns: 500 });
  });

  it('keeps nothing of what it decoded', () => {
    const bodies = fc.sample(mutated, { numRuns: 500, seed: 1 });
    const collect = collector();
    const heldAfter = (rounds: number): number => {
      for (let round = 0; round < rounds; round++) for (const body of bodies) outcome(body);
      collect();
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    };
    const before = heldAfter(4);
    // 10,000 bodies of some 500 bytes: kept, they would be 5 MB, and what is made of them as much again.
    expect(heldAfter(20) - before).toBeLessThan(3 * MB);
  });
});

describe('encodeInfer', () => {
  it('gives back what JSON.parse or the bytes read as the same numbers', () => {
    const bits = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 2 });
    fc.assert(fc.property(bits, fc.boolean(), (values, binary) => {
      const output: Tensor = { dtype: 'float32', shape: [1, 2], data: Float32Array.from(values) };
      const { body, headerLength } = encodeInfer({ id: undefined, outputs: [{ name: 'y', binary, classes: 0 }] }, { outputs: new Map([['y', output]]) }, model);
      const json = JSON.parse(body.toString('utf8', 0, headerLength ?? body.byteLength)) as { outputs: { data?: number[] }[] };
      const read = headerLength === null ? Float32Array.from(json.outputs[0]!.data!) : new Float32Array(Uint8Array.from(body.subarray(headerLength)).buffer);
      expect(read).toEqual(Float32Array.from(values));
    }), { numRuns: 1_000 });
  });
});
