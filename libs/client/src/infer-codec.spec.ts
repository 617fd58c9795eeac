import { describe, expect, it } from '@jest/globals';
import { decodeInfer } from './decode-infer.js';
import { encodeInfer } from './encode-infer.js';
import { texts, type Tensor, type TensorInput } from './tensor.js';

function split({ body, headerLength }: { body: Uint8Array; headerLength: number }): { header: { inputs: unknown[]; parameters: unknown }; raw: Uint8Array } {
  return { header: JSON.parse(Buffer.from(body.subarray(0, headerLength)).toString()) as { inputs: unknown[]; parameters: unknown }, raw: body.subarray(headerLength) };
}

/** An answer as a server writes it: the bytes of each tensor behind the JSON. */
function answer(outputs: readonly { name: string; datatype: string; shape: number[]; raw: Uint8Array }[]): [Uint8Array, number] {
  const described = outputs.map(({ raw, ...output }) => ({ ...output, parameters: { binary_data_size: raw.byteLength } }));
  const header = Buffer.from(JSON.stringify({ model_name: 'm', model_version: '3', outputs: described }));
  return [Buffer.concat([header, ...outputs.map(({ raw }) => raw)]), header.byteLength];
}

const bytesOf = (array: NodeJS.TypedArray): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

describe('encodeInfer', () => {
  it('puts the bytes behind the JSON, in its order, and asks for bytes back', () => {
    const { header, raw } = split(encodeInfer({ x: { shape: [1, 2], data: Float32Array.of(1, -2) }, words: { shape: [2], data: ['é', Uint8Array.of(7)] } }, { timeoutMs: 1.5, priority: 'bulk', outputs: ['y'] }));
    expect(header).toEqual({
      parameters: { binary_data_output: true, timeout: 1_500, priority: 3 },
      inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', parameters: { binary_data_size: 8 } }, { name: 'words', shape: [2], datatype: 'BYTES', parameters: { binary_data_size: 11 } }],
      outputs: [{ name: 'y' }],
    });
    expect(Buffer.from(raw).toString('hex')).toBe(['0000803f', '000000c0', '02000000', 'c3a9', '01000000', '07'].join(''));
  });

  it('sends the part of a buffer that a view shows', () => {
    const { raw } = split(encodeInfer({ x: { shape: [2], data: Int16Array.of(1, 2, 3, 4).subarray(1, 3) } }));
    expect([...raw]).toEqual([2, 0, 3, 0]);
  });

  it.each<[string, TensorInput, string]>([
    ['too few elements', { shape: [2, 2], data: Float32Array.of(1) }, 'Tensor "x" has 1 elements; its shape [2,2] has room for 4.'],
    ['an array of another width', { shape: [1], data: Float32Array.of(1), datatype: 'FP64' }, 'The data of tensor "x" is a Float32Array, which does not hold FP64.'],
    ['numbers as texts', { shape: [1], data: Float32Array.of(1), datatype: 'BYTES' }, 'The data of tensor "x" is a Float32Array, which does not hold BYTES.'],
  ])('refuses %s', (_, tensor, message) => {
    expect(() => encodeInfer({ x: tensor })).toThrow(expect.objectContaining({ kind: 'invalid-input', message }));
  });
});

describe('decodeInfer', () => {
  it.each<[string, NodeJS.TypedArray]>([
    ['FP32', Float32Array.of(1.5, NaN)], ['FP64', Float64Array.of(1e300)], ['INT8', Int8Array.of(-1)], ['INT16', Int16Array.of(-300)], ['INT32', Int32Array.of(-7)], ['INT64', BigInt64Array.of(-(2n ** 63n))],
    ['UINT8', Uint8Array.of(255)], ['UINT16', Uint16Array.of(65_535)], ['UINT32', Uint32Array.of(4_000_000_000)], ['UINT64', BigUint64Array.of(2n ** 64n - 1n)], ['BOOL', Uint8Array.of(1, 0)], ['FP16', Uint16Array.of(0x3c00)],
  ])('reads %s wherever it begins', (datatype, data) => {
    for (const name of ['y', 'yy', 'yyy', 'yyyyyyyy']) {
      const { tensors, model, version } = decodeInfer(...answer([{ name, datatype, shape: [data.length], raw: bytesOf(data) }]));
      expect({ model, version, tensor: tensors[name] }).toEqual({ model: 'm', version: '3', tensor: { datatype, shape: [data.length], data } });
    }
  });

  it('reads texts, several tensors, and tensors of no rows', () => {
    const [body, headerLength] = answer([
      { name: 'a', datatype: 'BYTES', shape: [2], raw: Buffer.from('03000000302e39', 'hex') },
      { name: 'b', datatype: 'FP32', shape: [0, 10], raw: Buffer.alloc(0) },
    ]);
    expect(() => decodeInfer(body, headerLength)).toThrow(expect.objectContaining({ kind: 'unexpected-answer', message: 'The server sent 7 bytes for a tensor of BYTES[2].' }));
    const whole = decodeInfer(...answer([{ name: 'a', datatype: 'BYTES', shape: [2], raw: Buffer.from('03000000302e3900000000', 'hex') }, { name: 'b', datatype: 'FP32', shape: [0, 10], raw: Buffer.alloc(0) }]));
    expect([texts(whole.tensors['a'] as Tensor), whole.tensors['b']?.data]).toEqual([['0.9', ''], new Float32Array()]);
  });

  it('reads outputs that were written as JSON', () => {
    const body = Buffer.from(JSON.stringify({ model_name: 'm', outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 2], data: [[1, 2], [3, 4]] }, { name: 'n', datatype: 'INT64', shape: [1], data: [5] }, { name: 's', datatype: 'BYTES', shape: [1], data: ['é'] }] }));
    const { version, tensors } = decodeInfer(body, null);
    expect([version, tensors['y']?.data, tensors['n']?.data, texts(tensors['s'] as Tensor)]).toEqual([null, Float32Array.of(1, 2, 3, 4), BigInt64Array.of(5n), ['é']]);
  });

  it.each([
    ['too few bytes', { datatype: 'FP32', shape: [2], raw: Buffer.alloc(4) }, 'The server sent 4 bytes for a tensor of FP32[2].'],
    ['a datatype there is not', { datatype: 'FP8', shape: [1], raw: Buffer.alloc(1) }, 'The server sent tensor "y" as FP8, which is no datatype of the protocol.'],
  ])('refuses %s', (_, output, message) => {
    expect(() => decodeInfer(...answer([{ name: 'y', ...output }]))).toThrow(expect.objectContaining({ kind: 'unexpected-answer', message }));
  });

  it('refuses bytes that belong to no tensor', () => {
    const [body, headerLength] = answer([{ name: 'y', datatype: 'UINT8', shape: [1], raw: Buffer.of(1) }]);
    expect(() => decodeInfer(Buffer.concat([body, Buffer.of(0)]), headerLength)).toThrow(expect.objectContaining({ kind: 'unexpected-answer' }));
  });
});
