import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ServingError } from '@switchyard/errors';
import type { Manifest, TensorSpec } from '@switchyard/model-registry';
import { elementCount, type Dtype, type TensorMap } from '@switchyard/tensor';
import { golden } from './testing/golden.js';
import { decodeExamples, decodePredict, parseCallPath, parseResourcePath } from './index.js';

const RUNS = 5_000;
const SEED = 20_261_121;
const HEAP_GROWTH_BYTES = 16 * 1024 * 1024;

const spec = (name: string, dtype: Dtype, ...row: number[]): TensorSpec => ({ name, dtype, shape: [-1, ...row], finite: false });
type Version = Pick<Manifest, 'signature' | 'signatureName' | 'preprocessing'>;
const version = (...inputs: TensorSpec[]): Version => ({ signature: { inputs, outputs: [spec('scores', 'float32', 2)] }, signatureName: 'serving_default', preprocessing: null });
const IMAGE = { width: 2, height: 2, channels: 1, mean: [0], std: [1], scale: 1, invertLightBackground: false, layout: 'NHWC', channelOrder: 'RGB', resizeShortSide: null, filter: 'lanczos' } as const;

const VERSIONS: readonly Version[] = [
  version(spec('x', 'float32')), version(spec('x', 'int64')), version(spec('x', 'string')), version(spec('x', 'bool', -1)), version(spec('inputs', 'string')),
  version(spec('tag', 'string'), spec('signal', 'int64', 5), spec('sensor', 'float32', 2, 2)),
  { ...version(spec('image', 'float32', 2, 2, 1)), preprocessing: { kind: 'image', ...IMAGE, mean: [...IMAGE.mean], std: [...IMAGE.std] } },
];

/** Every request that the golden files know, right or wrong. */
const BODIES = ['predict-requests', 'predict-errors', 'example-requests', 'example-errors'].flatMap((file) => golden<{ body: string }>(file)).map(({ body }) => Buffer.from(body));

const TOKENS = ['[', ']', '{', '}', '"', ',', ':', '\\', '\\ud800', 'null', 'true', 'NaN', '-Infinity', '-', '1e999', '-0', '9'.repeat(25), '__proto__', '{"b64":"', '\0', '\ufeff', '"instances"', '"examples"'];

/** A body with a few pieces put in, taken out or repeated. */
const mutated = fc.tuple(
  fc.constantFrom(...BODIES),
  fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(6), repeat: fc.boolean(), put: fc.oneof(fc.constantFrom(...TOKENS), fc.string({ maxLength: 4 })) }), { minLength: 1, maxLength: 4 }),
).map(([body, changes]) => changes.reduce<Buffer>((bytes, { at, drop, repeat, put }) => {
  const from = Math.floor(at * bytes.length);
  const piece = bytes.subarray(from, from + drop);
  return Buffer.concat([bytes.subarray(0, from), Buffer.from(put), ...(repeat ? [piece, piece] : []), bytes.subarray(from + drop)]);
}, body));

/** Decodes, or refuses with `invalid-input`; what is decoded fills its shape. Anything else is a bug. */
function decodeOrRefuse(decode: () => TensorMap): void {
  let inputs: TensorMap;
  try {
    inputs = decode();
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    expect(error.kind).toBe('invalid-input');
    expect(error.message.length).toBeLessThan(2_000);
    return;
  }
  for (const { shape, data } of inputs.values()) expect(data.length).toBe(elementCount(shape));
}

describe('thousands of mutated bodies', () => {
  it('are decoded or refused, by predict, classify and regress, whatever the model', () => {
    fc.assert(fc.property(mutated, fc.constantFrom(...VERSIONS), (body, served) => {
      decodeOrRefuse(() => decodePredict(body, served).inputs);
      decodeOrRefuse(() => decodeExamples(body, 'classify', served));
      decodeOrRefuse(() => decodeExamples(body, 'regress', { ...served, signature: { ...served.signature, outputs: [spec('y', 'float32')] } }));
    }), { numRuns: RUNS, seed: SEED });
  }, 60_000);

  it('leave nothing behind', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const bodies = fc.sample(mutated, { numRuns: 500, seed: SEED });
    const decodeAll = (): void => {
      for (const body of bodies) for (const served of VERSIONS) decodeOrRefuse(() => decodePredict(body, served).inputs);
    };
    const heapAfterwards = (): number => {
      collect();
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    };
    decodeAll();
    const before = heapAfterwards();
    for (let round = 0; round < 5; round++) decodeAll();
    expect(heapAfterwards() - before).toBeLessThan(HEAP_GROWTH_BYTES);
  }, 60_000);
});

describe('thousands of paths', () => {
  it('are read or refused', () => {
    const piece = fc.oneof(fc.constantFrom('/v1', '/models', '/', ':', 'predict', 'classify', '/versions/', '/labels/', '1', 'm', '%', '%2f', '%zz', 'metadata', '9'.repeat(30)), fc.string({ maxLength: 5 }));
    fc.assert(fc.property(fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')), (path) => {
      for (const parse of [parseCallPath, parseResourcePath]) {
        try {
          expect(parse(path).name).not.toBe('');
        } catch (error) {
          expect(error).toMatchObject({ name: 'ServingError', kind: 'invalid-input' });
        }
      }
    }), { numRuns: RUNS, seed: SEED });
  });
});
