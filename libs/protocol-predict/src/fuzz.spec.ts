import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServingError } from '@switchyard/errors';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import { DTYPES, elementCount, numericData, tensor, type Dtype } from '@switchyard/tensor';
import { decodeForm, encodeClassification, encodeError, errorStatus, readClassificationOptions } from './index.js';

const RUNS = 3_000;
const SEED = 20_261_130;
const HEAP_GROWTH_BYTES = 3 * 1024 * 1024;
const LONGEST_SENTENCE = 500;

const spec = (name: string, dtype: Dtype, ...shape: number[]): TensorSpec => ({ name, dtype, shape, finite: true });
const taking = (...inputs: TensorSpec[]): Signature => ({ inputs, outputs: [spec('y', 'float32', -1, 10)] });

const SIGNATURES: readonly Signature[] = [
  ...DTYPES.map((dtype) => taking(spec('x', dtype, -1, 2))),
  taking(spec('x', 'float32', -1, -1)), taking(spec('x', 'int64', -1, 1)), taking(spec('x', 'float32', -1, 28, 28, 1)), taking(),
  taking(spec('x', 'float32', -1, 2), spec('z', 'float32', -1, 2)),
];

/** Forms that are right for one of the signatures. */
const FORMS = ['x1=1.5&x2=2.3', 'x2=-7&x1=%2B42', 'x1=9223372036854775807', 'x1=.5&x2=1e-3&x3=0&x4=12', 'x1=255&x2=0&top_k=3&probabilities=true'].map((form) => Buffer.from(form));

const TOKENS = ['&', '=', '%', '+', '%zz', '%00', 'x1', 'x2', 'x1=', '1e999', '-1e-999', 'NaN', 'Infinity', '-', '-0', '0x10', '1.', '9'.repeat(400), '__proto__', 'constructor=1', ' ', '\0', '\ufeff', '\u0661', '😀', '&x3=1'];
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(6), repeat: fc.boolean(),
  put: fc.oneof(fc.constantFrom(...TOKENS).map((token) => Buffer.from(token)), fc.uint8Array({ maxLength: 4 })),
});

/** A form with a few pieces put in, taken out or repeated, as the api reads it: text by name, the last of a name's values. */
const mutated = fc.tuple(fc.constantFrom(...FORMS), fc.array(change, { maxLength: 4 })).map(([form, changes]) => {
  const bytes = changes.reduce<Buffer>((before, { at, drop, repeat, put }) => {
    const from = Math.floor(at * before.length);
    const piece = before.subarray(from, from + drop);
    return Buffer.concat([before.subarray(0, from), put, ...(repeat ? [piece, piece] : []), before.subarray(from + drop)]);
  }, form);
  return Object.fromEntries(new URLSearchParams(bytes.toString('utf8')));
});

/** What `read` returns, or null where it refuses as a client is refused: `invalid-input` in one short sentence. Anything else is a bug. */
function readOrRefuse<Result>(read: () => Result): Result | null {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof ServingError)) throw thrown;
    const { kind, message } = thrown;
    const isSentence = /^[A-Z"].*\.$/su.test(message) && message.length < LONGEST_SENTENCE;
    expect([message, isSentence, errorStatus[kind], encodeError(thrown).toString('utf8')]).toEqual([message, true, 400, JSON.stringify({ error: message, kind: 'invalid-input' })]);
    return null;
  }
}

/** One row that fills its shape with finite numbers. @returns whether the form was decoded */
function decodeOrRefuse(fields: Readonly<Record<string, string>>, signature: Signature): boolean {
  const inputs = readOrRefuse(() => decodeForm(fields, signature));
  if (inputs === null) return false;
  const input = inputs.get('x')!;
  const { dtype, shape } = signature.inputs[0]!;
  const allFinite = [...numericData(input)].every((value) => Number.isFinite(Number(value)));
  expect([input.dtype, input.shape, input.data.length, allFinite]).toEqual([dtype, [1, shape[1] === -1 ? Object.keys(fields).length : shape[1]], elementCount(input.shape), true]);
  return true;
}

/** Without a look at what comes of it, which takes longer than to decode. */
function isDecoded(fields: Readonly<Record<string, string>>, signature: Signature): boolean {
  try {
    return decodeForm(fields, signature).size === 1;
  } catch {
    return false;
  }
}

describe('thousands of mutated forms', () => {
  it('are decoded or refused, whatever the model takes', () => {
    let decoded = 0;
    fc.assert(fc.property(mutated, fc.constantFrom(...SIGNATURES), (fields, signature) => {
      if (decodeOrRefuse(fields, signature)) decoded++;
    }), { numRuns: RUNS, seed: SEED });
    expect(decoded).toBeGreaterThan(RUNS / 50);
    expect(decoded).toBeLessThan(RUNS / 2);
  }, 60_000);

  it('are decoded or refused where their fields are any names and texts', () => {
    fc.assert(fc.property(fc.dictionary(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 80 }), { maxKeys: 5 }), fc.constantFrom(...SIGNATURES), (fields, signature) => {
      decodeOrRefuse(fields, signature);
    }), { numRuns: RUNS, seed: SEED });
  }, 60_000);

  it('leave nothing behind', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const forms = fc.sample(mutated, { numRuns: 300, seed: SEED });
    const decodeAll = (): void => {
      for (const fields of forms) for (const signature of SIGNATURES) isDecoded(fields, signature);
    };
    const heldAfter = (rounds: number): number => {
      for (let round = 0; round < rounds; round++) decodeAll();
      collect();
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    };
    const before = heldAfter(1);
    // 27,000 times a form: were what is made of each kept, it would be ten megabytes and more.
    expect(heldAfter(5) - before).toBeLessThan(HEAP_GROWTH_BYTES);
  }, 60_000);
});

describe('thousands of options', () => {
  it('are read or refused: any texts in the place of top_k and probabilities', () => {
    const token = fc.constantFrom('1', '5', '10', '11', '0', '-1', '1.5', '1e1', '9'.repeat(7), '9'.repeat(400), 'true', 'false', 'TRUE', '__proto__', 'constructor', '', ' 3', '\u0663');
    const text = fc.option(fc.oneof(token, fc.string({ unit: 'binary', maxLength: 80 })), { nil: undefined });
    fc.assert(fc.property(text, text, fc.constantFrom(10, 1_000, -1), (topK, probabilities, classes) => {
      const signature = { inputs: [], outputs: [spec('y', 'float32', -1, classes)] };
      const options = readOrRefuse(() => readClassificationOptions({ topK, probabilities }, signature, 5));
      if (options === null) return;
      expect(Number.isSafeInteger(options.topK) && options.topK >= 1 && options.topK <= (classes === -1 ? 1_000_000 : classes)).toBe(true);
      expect([true, false, null]).toContain(options.withProbabilities);
    }), { numRuns: RUNS, seed: SEED });
  }, 60_000);
});

describe('thousands of answers', () => {
  it('are JSON whose probabilities are finite, whatever the scores and the name of the file', () => {
    const scores = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 20 });
    const options = fc.record({ topK: fc.integer({ min: 1, max: 40 }), withProbabilities: fc.constantFrom(true, false, null) });
    fc.assert(fc.property(scores, options, fc.string({ unit: 'binary', maxLength: 40 }), fc.option(fc.string({ unit: 'binary' })), (row, asked, filename, label) => {
      const outputs = new Map([['y', tensor('float32', [1, row.length], Float32Array.from(row))]]);
      const manifest = { name: 'm', version: 1, labels: label === null ? null : row.map(() => label) };
      const answer = JSON.parse(encodeClassification({ manifest, outputs, filename, options: asked, originalSize: { width: 1, height: 1 }, preprocessMs: 0.1, inferenceMs: 0.1 }).toString('utf8')) as { predictions: { probability: number }[] };
      expect(answer).toMatchObject({ success: true, model: { name: 'm', version: '1' } });
      expect(answer.predictions).toHaveLength(Math.min(asked.topK, row.length));
      expect(answer.predictions.every(({ probability }) => probability >= 0 && probability <= 1)).toBe(true);
    }), { numRuns: RUNS, seed: SEED });
  }, 60_000);
});
