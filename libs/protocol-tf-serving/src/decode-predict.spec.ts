import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServingError } from '@switchyard/errors';
import { numericData, type Dtype } from '@switchyard/tensor';
import { decodeDocument } from './decode-document.js';
import { decodeNumberBody } from './decode-number-body.js';
import { decodePredict } from './decode-predict.js';
import type { DecodedPredict } from './decoded-predict.js';
import type { ServedVersion } from './served-version.js';

const RUNS = 1_000;

function versionOf(dtype: Dtype, shape: number[] = [-1]): ServedVersion {
  const signature = { inputs: [{ name: 'x', dtype, shape, finite: false }], outputs: [{ name: 'y', dtype: 'float32' as const, shape: [-1], finite: false }] };
  return { signature, signatureName: 'serving_default', preprocessing: null };
}

/** Numbers as clients print them: short and long, with exponents, out of float32's range, at its rounding boundaries. */
const numberText = fc.oneof(
  fc.constantFrom('0', '0.0', '-0', '-0.0', '1', '255', '0.5', '1e0', '2E+3', '0.00001', '0.30000000000000004', '1e-45', '3.4028234e38', '16777217', '9007199254740993', '881925825.2453473', '123456789', '1234567890', '12345678.5', '0.123456789', '0.1234567891'),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toPrecision(9)),
  fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value.toFixed(4)),
  fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.integer({ min: -60, max: 60 })).map(([whole, decimals, exponent]) => `${whole}.${decimals}e${exponent}`),
  // Halfway between two float32s, and next to it: where rounding twice differs from rounding once.
  fc.float({ min: 1, max: 2, noNaN: true }).map((value) => String(value + 2 ** -24)),
  fc.float({ min: 1, max: 2, noNaN: true }).map((value) => `${value + 2 ** -24}0000000000000000000001`),
);

const space = fc.constantFrom('', '', '', '', ' ', '\n', '\t ', '\r\n  ');

/** Nested lists of one shape, as text with white space anywhere it may stand. */
const lists = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }).chain((shape) => {
  const count = shape.reduce((product, size) => product * size, 1);
  return fc.tuple(fc.array(numberText, { minLength: count, maxLength: count }), fc.infiniteStream(space)).map(([numbers, spaces]) => {
    const next = (): string => spaces.next().value ?? '';
    const write = (depth: number): string => {
      if (depth === shape.length) return numbers.shift()!;
      return `[${next()}${Array.from({ length: shape[depth]! }, () => write(depth + 1)).join(`${next()},${next()}`)}${next()}]`;
    };
    return write(0);
  });
});

const document = fc.tuple(lists, fc.constantFrom('instances', 'inputs'), fc.constantFrom('none', 'before', 'after'), space).map(([text, key, where, blank]) => {
  const name = `${blank}"signature_name"${blank}:${blank}"serving_default"${blank}`;
  return `${blank}{${where === 'before' ? `${name},` : ''}${blank}"${key}"${blank}:${blank}${text}${blank}${where === 'after' ? `,${name}` : ''}}${blank}`;
});

function outcome(decode: () => DecodedPredict | null): unknown {
  try {
    const decoded = decode();
    return decoded && { ...decoded, inputs: [...decoded.inputs].map(([name, { dtype, shape, data }]) => [name, dtype, shape, [...data].map((value) => (Object.is(value, -0) ? '-0' : value))]) };
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    return `${error.kind}: ${error.message}`;
  }
}

describe('decodePredict', () => {
  it.each<Dtype>(['float32', 'float64', 'int32', 'uint8', 'int64', 'uint64'])('reads %s lists straight from the bytes as the general parser reads them', (dtype) => {
    fc.assert(fc.property(document, (text) => {
      const body = Buffer.from(text);
      const fast = outcome(() => decodeNumberBody(body, versionOf(dtype)));
      if (fast !== null) expect(fast).toEqual(outcome(() => decodeDocument(body, versionOf(dtype))));
    }), { numRuns: RUNS });
  });

  it('takes the fast path for every regular list of floats in range', () => {
    fc.assert(fc.property(document, (text) => {
      const values = text.match(/-?\d[^\s,\]}]*/g) ?? [];
      const fits = values.every((value) => Number.isFinite(Math.fround(Number(value))));
      expect(decodeNumberBody(Buffer.from(text), versionOf('float32')) !== null).toBe(fits);
    }), { numRuns: RUNS });
  });

  it('gives exactly the values of JSON.parse in a Float32Array', () => {
    fc.assert(fc.property(fc.array(numberText, { minLength: 1, maxLength: 40 }), (numbers) => {
      const body = Buffer.from(`{"instances":[${numbers.join(', ')}]}`);
      const expected = Float32Array.from((JSON.parse(body.toString()) as { instances: number[] }).instances);
      fc.pre(expected.every(Number.isFinite));
      const { data } = decodePredict(body, versionOf('float32')).inputs.get('x')!;
      expect(Buffer.from(Float32Array.from(data as Float32Array).buffer)).toEqual(Buffer.from(expected.buffer));
    }), { numRuns: RUNS });
  });

  it('answers mutated documents as the general parser does, or refuses them', () => {
    const mutation = fc.tuple(fc.nat(), fc.constantFrom('insert', 'replace', 'delete', 'cut'), fc.constantFrom(...'[]{},:"\\.-+eE0159 \n\0NIn\u00e9'));
    fc.assert(fc.property(document, fc.array(mutation, { minLength: 1, maxLength: 4 }), (text, mutations) => {
      const mutated = mutations.reduce((current, [at, how, character]) => mutate(current, at % (current.length + 1), how, character), text);
      const body = Buffer.from(mutated);
      const general = outcome(() => decodeDocument(body, versionOf('float32')));
      expect(outcome(() => decodePredict(body, versionOf('float32')))).toEqual(general);
    }), { numRuns: RUNS * 2 });
  });

  it('refuses random bytes with a ServingError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(outcome(() => decodePredict(bytes, versionOf('float32')))).toEqual(expect.stringContaining('invalid-input: '));
    }), { numRuns: RUNS });
  });

  it('accepts no lists but regular ones, however alike their rows look', () => {
    const leaf = fc.constantFrom('0.0', '0.0', '0.0', '0', '1.5');
    const level = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.array(inner, { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(',')}]`);
    const anyLists = fc.oneof(level(leaf), level(level(leaf)), level(level(level(leaf))), level(fc.oneof(leaf, level(leaf))));
    fc.assert(fc.property(anyLists, (text) => {
      const body = Buffer.from(`{"inputs":${text}}`);
      expect(outcome(() => decodePredict(body, versionOf('float32', [-1, -1])))).toEqual(outcome(() => decodeDocument(body, versionOf('float32', [-1, -1]))));
    }), { numRuns: RUNS * 2 });
  });

  it('copies runs of equal text only where the lists allow it', () => {
    const body = (text: string): Buffer => Buffer.from(`{"instances":${text}}`);
    expect(outcome(() => decodeNumberBody(body('[[0.0],[0.0],[0.0],[1.5]]'), versionOf('float32', [-1, 1])))).toEqual(outcome(() => decodeDocument(body('[[0.0],[0.0],[0.0],[1.5]]'), versionOf('float32'))));
    expect(decodeNumberBody(body('[[1,1],[1,0.0],[0.0],[0.0],[2,2]]'), versionOf('float32', [-1, -1]))).toBeNull();
    expect(decodeNumberBody(body('[[1,2],[3],[4,5],[6,7,8]]'), versionOf('float32', [-1, 2]))).toBeNull();
    expect(decodeNumberBody(body('[[0.0,0.0],[0.0,0.0,0.0]]'), versionOf('float32', [-1, 2]))).toBeNull();
    expect(decodeNumberBody(body('[[0.0,0.0,0.0,0.0,0.0],[0.0,0.0,0.0]]'), versionOf('float32', [-1, 2]))).toBeNull();
    expect(decodeNumberBody(body('[[[0.0],[0.0]],[[0.0],[0.0],[0.0]]]'), versionOf('float32', [-1, 2, 1]))).toBeNull();
    expect(outcome(() => decodeNumberBody(body('[-0.0,-0.0,-0.0]'), versionOf('float32')))).toMatchObject({ inputs: [['x', 'float32', [3], ['-0', '-0', '-0']]] });
  });

  it('reads a picture larger than its first guess, and one of open size', () => {
    const rows = Array.from({ length: 300 }, (_, row) => [row, row / 3, 0, 0]);
    const body = Buffer.from(JSON.stringify({ instances: rows }));
    for (const shape of [[-1, 4], [-1, -1]]) {
      const input = decodeNumberBody(body, versionOf('float32', shape))!.inputs.get('x')!;
      expect(input.shape).toEqual([300, 4]);
      expect(numericData(input)).toEqual(Float32Array.from(rows.flat()));
    }
  });

  it('reads bytes at any offset of a larger buffer', () => {
    const large = Buffer.from('xxx{"instances":[[1.25,2]]}yyy');
    const body = new Uint8Array(large.buffer, large.byteOffset + 3, large.length - 6);
    expect(decodePredict(body, versionOf('float32')).inputs.get('x')).toEqual({ dtype: 'float32', shape: [1, 2], data: Float32Array.of(1.25, 2) });
  });

  it('refuses deep nesting and endless numbers without a deep stack or a long wait', () => {
    const deep = Buffer.from(`{"instances":${'['.repeat(1_000_000)}`);
    expect(() => decodePredict(deep, versionOf('float32'))).toThrow('JSON Parse error: Values are nested deeper than 64 levels. at offset: 77');
    const long = Buffer.from(`{"instances":[${'9'.repeat(1_000_000)}]}`);
    expect(() => decodePredict(long, versionOf('int64'))).toThrow('JSON Parse error: Number too big to be stored in double. at offset: 14');
  });

  it('shows no more than the beginning of a large value in a message', () => {
    const body = Buffer.from(JSON.stringify({ inputs: { x: 'a'.repeat(100_000) } }));
    expect(() => decodePredict(body, versionOf('float32'))).toThrow(new RegExp(`^JSON Value: "a{199}… Type: String is not of expected type: float$`));
  });
});

function mutate(text: string, at: number, how: string, character: string): string {
  if (how === 'cut') return text.slice(0, at);
  return text.slice(0, at) + (how === 'delete' ? '' : character) + text.slice(how === 'insert' ? at : at + 1);
}
