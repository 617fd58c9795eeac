import { describe, expect, it } from '@jest/globals';
import protobuf from 'protobufjs';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import { tensor, type Dtype } from '@switchyard/tensor';
import { examplesToInputs, type Example, type Feature } from './index.js';

const spec = (name: string, dtype: Dtype, shape: number[]): TensorSpec => ({ name, dtype, shape, finite: false });
const signatureOf = (...inputs: TensorSpec[]): Signature => ({ inputs, outputs: [spec('y', 'float32', [-1])] });
const example = (features: Record<string, Feature>): Example => new Map(Object.entries(features));
const floats = (...values: number[]): Feature => ({ kind: 'float', values });
const ints = (...values: bigint[]): Feature => ({ kind: 'int64', values });
const texts = (...values: string[]): Feature => ({ kind: 'bytes', values: values.map((value) => Buffer.from(value)) });

describe('examplesToInputs', () => {
  it('gives each input the feature of its name, one example a row', () => {
    const signature = signatureOf(spec('x', 'float32', [-1, 2, 2]), spec('id', 'int64', [-1]), spec('tag', 'string', [-1, 1]));
    const inputs = examplesToInputs({
      examples: [example({ x: floats(1, 2, 3, 4), id: ints(2n ** 60n), tag: texts('a') }), example({ x: floats(5, 6, 7, 8), id: ints(-1n), tag: texts('b'), ignored: ints(1n) })],
    }, signature);
    expect([...inputs]).toEqual([
      ['x', tensor('float32', [2, 2, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8))],
      ['id', tensor('int64', [2], BigInt64Array.of(2n ** 60n, -1n))],
      ['tag', tensor('string', [2, 1], [Buffer.from('a'), Buffer.from('b')])],
    ]);
  });

  it('takes from the context what an example has not', () => {
    const inputs = examplesToInputs({ examples: [example({}), example({ x: floats(2) })], context: example({ x: floats(1) }) }, signatureOf(spec('x', 'float64', [-1])));
    expect(inputs.get('x')).toEqual(tensor('float64', [2], Float64Array.of(1, 2)));
  });

  it.each([
    ['float32', Float32Array.of(7)], ['float64', Float64Array.of(7)], ['int8', Int8Array.of(7)], ['int16', Int16Array.of(7)], ['int32', Int32Array.of(7)],
    ['uint8', Uint8Array.of(7)], ['uint16', Uint16Array.of(7)], ['uint32', Uint32Array.of(7)], ['uint64', BigUint64Array.of(7n)],
  ] as const)('takes whole numbers for %s', (dtype, data) => {
    expect(examplesToInputs({ examples: [example({ x: ints(7n) })] }, signatureOf(spec('x', dtype, [-1]))).get('x')).toEqual(tensor(dtype, [1], data));
  });

  it('learns an open size from the number of values', () => {
    const inputs = examplesToInputs({ examples: [example({ x: floats(1, 2, 3, 4, 5, 6) })] }, signatureOf(spec('x', 'float32', [-1, -1, 2])));
    expect(inputs.get('x')!.shape).toEqual([1, 3, 2]);
  });

  it('learns an open rank from it too: a value, or a list of values', () => {
    const signature = signatureOf({ ...spec('x', 'float32', [-1]), openRank: true });
    const shapeOf = (...values: number[]): readonly number[] => examplesToInputs({ examples: [example({ x: floats(...values) })] }, signature).get('x')!.shape;
    expect([shapeOf(1), shapeOf(1, 2)]).toEqual([[1], [1, 2]]);
  });

  it.each([
    [[-1], 'float32', { y: floats(1) }, 'Name: <unknown>, Feature: x (data type: float32) is required but could not be found.'],
    [[-1, 2], 'float32', { x: floats(1) }, 'Name: <unknown>, Key: x, Index: 0.  Number of float values != expected.  Values size: 1 but output shape: [2]'],
    [[-1], 'float32', { x: texts('1') }, "Name: <unknown>, Key: x, Index: 0.  Data types don't match. Data type: bytes but expected type: float32"],
    [[-1], 'int32', { x: floats(1) }, "Name: <unknown>, Key: x, Index: 0.  Data types don't match. Data type: float but expected type: int32"],
    [[-1], 'string', { x: ints(1n) }, "Name: <unknown>, Key: x, Index: 0.  Data types don't match. Data type: int64 but expected type: string"],
    [[-1], 'uint8', { x: ints(256n) }, 'Name: <unknown>, Key: x, Index: 0.  The value 256 is out of range for uint8: an integer from 0 to 255 is expected.'],
    [[-1, -1, -1], 'float32', { x: floats(1) }, 'The input "x" leaves more than one size open ([-1,-1,-1]); examples, whose features are flat, cannot tell them.'],
  ] as const)('refuses for %j of %s what does not fit', (shape, dtype, features, message) => {
    const call = (): unknown => examplesToInputs({ examples: [example(features)] }, signatureOf(spec('x', dtype, [...shape])));
    expect(call).toThrow(expect.objectContaining({ kind: 'invalid-input', message }));
  });

  it('refuses an empty list, and rows of differing sizes where the size is open', () => {
    expect(() => examplesToInputs({ examples: [] }, signatureOf(spec('x', 'float32', [-1])))).toThrow('Input is empty.');
    const uneven = { examples: [example({ x: floats(1, 2) }), example({ x: floats(1) })] };
    expect(() => examplesToInputs(uneven, signatureOf(spec('x', 'float32', [-1, -1])))).toThrow('Index: 1.  Number of float values != expected.  Values size: 1 but output shape: [2]');
  });
});

describe('a model that parses examples itself', () => {
  const schema = protobuf.parse(`syntax = "proto3"; package tensorflow;
    message BytesList { repeated bytes value = 1; } message FloatList { repeated float value = 1; } message Int64List { repeated int64 value = 1; }
    message Feature { oneof kind { BytesList bytes_list = 1; FloatList float_list = 2; Int64List int64_list = 3; } }
    message Features { map<string, Feature> feature = 1; } message Example { Features features = 1; }`, { keepCase: true });
  const Example = schema.root.lookupType('tensorflow.Example');
  const read = (bytes: Uint8Array): unknown => Example.toObject(Example.decode(bytes), { longs: String, bytes: String });

  it('is given each of them as TensorFlow writes it, the context merged in', () => {
    const inputs = examplesToInputs({
      examples: [example({ a: floats(1.5, -2), b: ints(-(2n ** 63n), 2n ** 63n - 1n, 5n) }), example({ c: texts('x', ''), shared: ints(2n) })],
      context: example({ shared: ints(1n) }),
    }, signatureOf(spec('inputs', 'string', [-1])));
    expect(inputs.get('inputs')!.shape).toEqual([2]);
    expect((inputs.get('inputs')!.data as readonly Uint8Array[]).map(read)).toEqual([
      { features: { feature: { a: { float_list: { value: [1.5, -2] } }, b: { int64_list: { value: ['-9223372036854775808', '9223372036854775807', '5'] } }, shared: { int64_list: { value: ['1'] } } } } },
      { features: { feature: { c: { bytes_list: { value: ['eA==', ''] } }, shared: { int64_list: { value: ['2'] } } } } },
    ]);
  });

  it('is given the feature itself when the examples have one of its name', () => {
    const inputs = examplesToInputs({ examples: [example({ inputs: texts('plain') })] }, signatureOf(spec('inputs', 'string', [-1])));
    expect(inputs.get('inputs')).toEqual(tensor('string', [1], [Buffer.from('plain')]));
  });
});
