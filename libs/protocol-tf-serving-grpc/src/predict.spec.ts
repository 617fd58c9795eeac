import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServingError } from '@switchyard/errors';
import { testMessages } from '@switchyard/grpc-server/testing';
import type { Manifest } from '@switchyard/model-registry';
import { allocate, tensor, viewBytes, type Dtype, type NumericDtype, type Tensor } from '@switchyard/tensor';
import { DATA_TYPES } from './data-types.js';
import { decodePredictRequest } from './decode-predict-request.js';
import { encodePredictResponse } from './encode-predict-response.js';
import { TF_SERVING_PROTOS } from './proto-files.js';

const { decode, encode } = testMessages(TF_SERVING_PROTOS);
const REQUEST = 'tensorflow.serving.PredictRequest';
const RESPONSE = 'tensorflow.serving.PredictResponse';
const SPEC = { name: 'm' };
const shapeOf = (...sizes: number[]): object => ({ dim: sizes.map((size) => ({ size })) });
const NUMERIC = Object.keys(DATA_TYPES).filter((dtype) => dtype !== 'string') as NumericDtype[];
const FIELD_NAMES: Record<Dtype, string> = {
  float32: 'float_val', float64: 'double_val', int32: 'int_val', uint8: 'int_val', int16: 'int_val', int8: 'int_val', string: 'string_val', int64: 'int64_val',
  bool: 'bool_val', uint16: 'int_val', float16: 'half_val', uint32: 'uint32_val', uint64: 'uint64_val',
};

function decodeInput(proto: object): Tensor {
  return decodePredictRequest(encode(REQUEST, { model_spec: SPEC, inputs: { x: proto } })).inputs.get('x')!;
}

function small(dtype: NumericDtype): Tensor {
  const data = allocate(dtype, 3);
  (data as unknown as { set(from: readonly unknown[]): void }).set(data instanceof BigInt64Array || data instanceof BigUint64Array ? [0n, 1n, 1n] : [0, 1, 1]);
  return tensor(dtype, [3, 1], data);
}

describe('a PredictRequest', () => {
  it('names model, version or label, signature and outputs', () => {
    const spec = { ...SPEC, version: { value: 12 }, signature_name: 's' };
    expect(decodePredictRequest(encode(REQUEST, { model_spec: spec, output_filter: ['a', 'b'] }))).toEqual({
      modelSpec: { name: 'm', choice: { version: 12 }, signatureName: 's' }, inputs: new Map(), outputFilter: ['a', 'b'],
    });
    expect(decodePredictRequest(encode(REQUEST, { model_spec: { ...SPEC, version_label: 'champion' } })).modelSpec.choice).toEqual({ alias: 'champion' });
  });

  it.each(NUMERIC)('brings %s as tensor_content and as values', (dtype) => {
    const expected = small(dtype);
    const proto = { dtype: DATA_TYPES[dtype].code, tensor_shape: shapeOf(3, 1) };
    expect(decodeInput({ ...proto, tensor_content: viewBytes(expected.data as Float32Array) })).toEqual(expected);
    expect(decodeInput({ ...proto, [FIELD_NAMES[dtype]]: [0, 1, 1] })).toEqual(expected);
  });

  it.each(NUMERIC)('lets the last value of %s stand for the rest, and none for zeros', (dtype) => {
    const proto = { dtype: DATA_TYPES[dtype].code, tensor_shape: shapeOf(3, 1) };
    expect(decodeInput({ ...proto, [FIELD_NAMES[dtype]]: [0, 1] })).toEqual(small(dtype));
    expect(decodeInput(proto)).toEqual(tensor(dtype, [3, 1], allocate(dtype, 3)));
  });

  it('brings strings, of which the last may stand for the rest', () => {
    const proto = { dtype: 7, tensor_shape: shapeOf(3), string_val: [Buffer.from('a'), Buffer.from('b')] };
    expect((decodeInput(proto).data as Uint8Array[]).map(String)).toEqual(['a', 'b', 'b'].map((text) => String(Buffer.from(text))));
  });

  it('is not copied: tensor_content and float_val are views of the message where they lie at a multiple of four', () => {
    const floats = Float32Array.of(1, 2, 3, 4);
    for (const values of [{ tensor_content: viewBytes(floats) }, { float_val: [...floats] }]) {
      const bytes = encode(REQUEST, { model_spec: SPEC, inputs: { x: { dtype: 1, tensor_shape: shapeOf(2, 2), ...values } } });
      const at = bytes.indexOf(Buffer.from(viewBytes(floats)));
      const shifted = Buffer.from(new ArrayBuffer(bytes.byteLength + 4)).subarray((4 - (at % 4)) % 4).subarray(0, bytes.byteLength);
      bytes.copy(shifted);
      const { data } = decodePredictRequest(shifted).inputs.get('x')!;
      expect(data).toEqual(floats);
      expect((data as Float32Array).buffer).toBe(shifted.buffer);
    }
  });

  it('may have its values unpacked, as old writers do', () => {
    const one = Buffer.from([0x2d, ...new Uint8Array(Float32Array.of(1.5).buffer)]);
    const proto = Buffer.concat([encode('tensorflow.TensorProto', { dtype: 1, tensor_shape: shapeOf(2) }), one, one]);
    const entry = Buffer.concat([Buffer.of(10, 1), Buffer.from('x'), Buffer.of(18, proto.byteLength), proto]);
    const bytes = Buffer.concat([encode(REQUEST, { model_spec: SPEC }), Buffer.of(18, entry.byteLength), entry]);
    expect(decodePredictRequest(bytes).inputs.get('x')).toEqual(tensor('float32', [2], Float32Array.of(1.5, 1.5)));
  });

  it.each([
    ['no ModelSpec', {}, 'Missing ModelSpec'],
    ['no name', { model_spec: { signature_name: 's' } }, 'ModelSpec has no name specified.'],
    ['a dtype nobody takes', { model_spec: SPEC, inputs: { x: { dtype: 0 } } }, 'The tensor "x" has the dtype 0, which is none of DT_FLOAT (1)'],
    ['too little content', { model_spec: SPEC, inputs: { x: { dtype: 1, tensor_shape: shapeOf(2), tensor_content: Buffer.alloc(4) } } },
      'The tensor "x" of shape [2] has 2 elements, which take 8 bytes; its tensor_content has 4.'],
    ['too many values', { model_spec: SPEC, inputs: { x: { dtype: 1, tensor_shape: shapeOf(1), float_val: [1, 2] } } }, 'The tensor "x" of shape [1] has 1 elements; it was given 2 values.'],
    ['a negative size', { model_spec: SPEC, inputs: { x: { dtype: 1, tensor_shape: shapeOf(-1) } } }, 'The tensor "x" has a dimension of size -1; sizes of 0 and more are expected.'],
    ['an unknown rank', { model_spec: SPEC, inputs: { x: { dtype: 1, tensor_shape: { unknown_rank: true } } } }, 'The tensor "x" has a shape of unknown rank'],
    ['four bytes that mean gigabytes', { model_spec: SPEC, inputs: { x: { dtype: 1, tensor_shape: shapeOf(1e9), float_val: [1] } } }, 'is repeated for at most 1048576 elements'],
    ['sizes beyond every number', { model_spec: SPEC, inputs: { x: { dtype: 1, tensor_shape: shapeOf(2 ** 50, 2 ** 50), float_val: [1] } } }, 'is repeated for at most 1048576 elements'],
    ['strings in tensor_content', { model_spec: SPEC, inputs: { x: { dtype: 7, tensor_shape: shapeOf(1), tensor_content: Buffer.from('a') } } }, 'its elements are expected in string_val'],
  ])('with %s is refused with one sentence', (_what, message, sentence) => {
    expect(() => decodePredictRequest(encode(REQUEST, message))).toThrow(expect.objectContaining({ kind: 'invalid-input', message: expect.stringContaining(sentence) }));
  });

  it('of any bytes at all is read or refused: 20,000 changed messages', () => {
    const sample = encode(REQUEST, {
      model_spec: { ...SPEC, version: { value: 3 }, signature_name: 'serving_default' }, output_filter: ['y'],
      inputs: {
        x: { dtype: 1, tensor_shape: shapeOf(2, 2), float_val: [1, 2, 3, 4] }, i: { dtype: 9, tensor_shape: shapeOf(2), int64_val: [1, -1] },
        s: { dtype: 7, tensor_shape: shapeOf(1), string_val: [Buffer.from('text')] }, c: { dtype: 3, tensor_shape: shapeOf(1), tensor_content: Buffer.alloc(4) },
      },
    });
    const change = fc.record({ at: fc.nat(sample.byteLength - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }), drop: fc.nat(6) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = changes.reduce<Buffer>((of, { at, bytes: put, drop }) => Buffer.concat([of.subarray(0, at), put, of.subarray(at + drop)]), sample);
        try {
          decodePredictRequest(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ServingError);
          expect(error).toMatchObject({ kind: 'invalid-input' });
        }
      }),
      { numRuns: 20_000, seed: 20_261 },
    );
  }, 60_000);
});

describe('a PredictResponse', () => {
  const manifest = { name: 'm', version: 7, signatureName: 'serving_default' } as Manifest;

  it('has the outputs in the fields of their dtypes, and says which version answered', () => {
    const outputs = new Map<string, Tensor>([
      ['y', tensor('float32', [1, 2], Float32Array.of(0.1, -0))], ['n', tensor('int64', [1], BigInt64Array.of(-(2n ** 63n)))], ['s', tensor('string', [1], [Buffer.from('ä')])],
    ]);
    expect(decode(RESPONSE, encodePredictResponse(outputs, manifest))).toEqual({
      model_spec: { name: 'm', version: { value: '7' }, signature_name: 'serving_default' },
      outputs: {
        y: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: '1' }, { size: '2' }] }, float_val: [Math.fround(0.1), -0] },
        n: { dtype: 'DT_INT64', tensor_shape: { dim: [{ size: '1' }] }, int64_val: ['-9223372036854775808'] },
        s: { dtype: 'DT_STRING', tensor_shape: { dim: [{ size: '1' }] }, string_val: [[...Buffer.from('ä')]] },
      },
    });
  });

  it.each(NUMERIC)('brings %s back to its bits', (dtype) => {
    const of = small(dtype);
    const { outputs } = decode(RESPONSE, encodePredictResponse(new Map([['y', of]]), manifest)) as { outputs: { y: object } };
    expect(decodeInput(outputs.y)).toEqual(of);
  });
});
