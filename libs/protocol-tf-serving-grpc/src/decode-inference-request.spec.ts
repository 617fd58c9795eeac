import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServingError } from '@switchyard/errors';
import { testMessages } from '@switchyard/grpc-server/testing';
import { decodeInferenceRequest, decodeMultiInferenceRequest } from './decode-inference-request.js';
import { TF_SERVING_PROTOS } from './proto-files.js';

const { encode } = testMessages(TF_SERVING_PROTOS);
const CLASSIFICATION = 'tensorflow.serving.ClassificationRequest';
const example = { features: { feature: { f: { float_list: { value: [1.5, 2] } }, i: { int64_list: { value: [-1, '9007199254740993'] } }, b: { bytes_list: { value: [Buffer.from('x')] } }, none: {} } } };
const features = [
  ['f', { kind: 'float', values: Float32Array.of(1.5, 2) }], ['i', { kind: 'int64', values: BigInt64Array.of(-1n, 9_007_199_254_740_993n) }],
  ['b', { kind: 'bytes', values: [Buffer.from('x')] }],
] as const;

describe('a ClassificationRequest', () => {
  it('brings examples, with the features of each kind; one without a kind is as good as absent', () => {
    const { modelSpec, input } = decodeInferenceRequest('ClassificationRequest', encode(CLASSIFICATION, { model_spec: { name: 'm' }, input: { example_list: { examples: [example, {}] } } }));
    expect(modelSpec.name).toBe('m');
    expect(input.examples.map((one) => [...one])).toEqual([features, []]);
  });

  it('brings examples with a context', () => {
    const { input } = decodeInferenceRequest('ClassificationRequest', encode(CLASSIFICATION, { model_spec: { name: 'm' }, input: { example_list_with_context: { examples: [{}], context: example } } }));
    expect([...input.context!]).toEqual(features);
    expect(input.examples).toHaveLength(1);
  });

  it('is refused without a model, and when its examples would fill the memory', () => {
    expect(() => decodeInferenceRequest('RegressionRequest', Buffer.alloc(0))).toThrow('Missing ModelSpec');
    const examples = Buffer.alloc(2 * 300_000).fill(Buffer.of(10, 0));
    const list = Buffer.concat([Buffer.of(10), lengthOf(examples.byteLength), examples]);
    const input = Buffer.concat([Buffer.of(18), lengthOf(list.byteLength), list]);
    expect(() => decodeInferenceRequest('ClassificationRequest', input)).toThrow('The message holds more than 262144 examples, features and strings');
  });

  it('of any bytes at all is read or refused: 10,000 changed messages', () => {
    const sample = encode(CLASSIFICATION, { model_spec: { name: 'm' }, input: { example_list_with_context: { examples: [example, example], context: example } } });
    const change = fc.record({ at: fc.nat(sample.byteLength - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }), drop: fc.nat(6) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = changes.reduce<Buffer>((of, { at, bytes: put, drop }) => Buffer.concat([of.subarray(0, at), put, of.subarray(at + drop)]), sample);
        try {
          decodeInferenceRequest('ClassificationRequest', bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ServingError);
          expect(error).toMatchObject({ kind: 'invalid-input' });
        }
      }),
      { numRuns: 10_000, seed: 20_261 },
    );
  }, 60_000);
});

describe('a MultiInferenceRequest', () => {
  it('names a method for each of its tasks', () => {
    const tasks = [{ model_spec: { name: 'm', signature_name: 's' }, method_name: 'tensorflow/serving/classify' }];
    const request = decodeMultiInferenceRequest(encode('tensorflow.serving.MultiInferenceRequest', { tasks, input: { example_list: { examples: [example] } } }));
    expect(request.tasks).toEqual([{ modelSpec: { name: 'm', choice: undefined, signatureName: 's' }, methodName: 'tensorflow/serving/classify' }]);
    expect(request.input.examples.map((one) => [...one])).toEqual([features]);
  });
});

/** A length as a varint. */
function lengthOf(length: number): Buffer {
  const bytes: number[] = [];
  for (let rest = length; ; rest >>>= 7) {
    if (rest < 128) return Buffer.of(...bytes, rest);
    bytes.push((rest & 127) | 128);
  }
}
