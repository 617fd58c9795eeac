import { describe, expect, it } from '@jest/globals';
import type { Preprocessing, Signature, TensorSpec } from '@switchyard/model-registry';
import { numericData, tensor, type Dtype } from '@switchyard/tensor';
import { golden, goldenTensor, type GoldenTensor } from './testing/golden.js';
import { decodePredict, encodePredict } from './index.js';

interface GoldenRequest {
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
  readonly body: string;
  readonly expected: { format: string; signatureName?: string; tensors: Record<string, GoldenTensor> };
}

interface GoldenError {
  readonly name: string;
  readonly dtype?: Dtype;
  readonly body: string;
  readonly error: string;
}

interface GoldenResponse {
  readonly name: string;
  readonly outputs: readonly (GoldenTensor & { name: string; dtype: Dtype })[];
  readonly row: string;
  readonly column: string;
}

function spec(name: string, dtype: Dtype, shape: readonly number[] = [-1]): TensorSpec {
  return { name, dtype, shape: [...shape], finite: false };
}

function decode(body: string, inputs: readonly TensorSpec[]): ReturnType<typeof decodePredict> {
  return decodePredict(Buffer.from(body), { signature: { inputs: [...inputs], outputs: [spec('y', 'float32')] }, signatureName: 'serving_default', preprocessing: null });
}

describe('predict requests of the published format', () => {
  it.each(golden<GoldenRequest>('predict-requests'))('$name', ({ inputs, body, expected }) => {
    const decoded = decode(body, inputs);
    expect(decoded.format).toBe(expected.format);
    expect(decoded.signatureName).toBe(expected.signatureName);
    expect([...decoded.inputs]).toEqual(inputs.map(({ name, dtype }) => {
      // An own property, even one named __proto__.
      return [name, goldenTensor(dtype, Object.getOwnPropertyDescriptor(expected.tensors, name)!.value as GoldenTensor)];
    }));
  });
});

describe('pictures for an image model', () => {
  const preprocessing: Preprocessing = {
    kind: 'image', width: 2, height: 2, channels: 1, mean: [0], std: [1], scale: 1, invertLightBackground: false, layout: 'NHWC', channelOrder: 'RGB', resizeShortSide: null, filter: 'lanczos',
  };
  const signature: Signature = { inputs: [spec('image', 'float32', [-1, 2, 2, 1])], outputs: [spec('y', 'float32')] };
  const image = { signature, signatureName: 'serving_default', preprocessing };
  const files = tensor('string', [2], [Buffer.from('one'), Buffer.from('two')]);

  it.each([
    '{"instances": [{"b64": "b25l"}, {"b64": "dHdv"}]}',
    '{"instances": [{"image": {"b64": "b25l"}}, {"image": {"b64": "dHdv"}}]}',
    '{"inputs": [{"b64": "b25l"}, {"b64": "dHdv"}]}',
    '{"inputs": {"image": [{"b64": "b25l"}, {"b64": "dHdv"}]}}',
  ])('are files, one a row: %s', (body) => {
    expect([...decodePredict(Buffer.from(body), image).inputs]).toEqual([['image', files]]);
  });

  it('may still be numbers', () => {
    expect(decodePredict(Buffer.from('{"instances": [[[[1], [2]], [[3], [4]]]]}'), image).inputs.get('image')).toEqual(tensor('float32', [1, 2, 2, 1], Float32Array.of(1, 2, 3, 4)));
  });

  it('are all files or none', () => {
    expect(() => decodePredict(Buffer.from('{"instances": [{"b64": "b25l"}, 7]}'), image)).toThrow('JSON Value: 7 Type: Number is not of expected type: string');
  });

  it('are no files for a model that takes none', () => {
    expect(() => decodePredict(Buffer.from('{"instances": [{"b64": "b25l"}]}'), { ...image, preprocessing: null })).toThrow('Type: Object is not of expected type: float');
  });
});

describe('refused predict requests', () => {
  it.each(golden<GoldenError>('predict-errors'))('$name', ({ dtype, body, error }) => {
    expect(() => decode(body, [spec('x', dtype ?? 'float32')])).toThrow(expect.objectContaining({ kind: 'invalid-input', message: error }));
  });

  const two = [spec('a', 'float32'), spec('b', 'float32')];

  it.each([
    ['{"instances": [[1, 2]]}', 'instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map'],
    ['{"instances": [{"a": 1}]}', "Failed to process element: 0 of 'instances' list. JSON object: {\"a\":1} keys must be equal to: a,b"],
    ['{"inputs": [1]}', 'inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map'],
    ['{"inputs": {"a": [1]}}', "Missing named input: b in 'inputs' object."],
  ])('with two inputs: %s', (body, error) => {
    expect(() => decode(body, two)).toThrow(expect.objectContaining({ kind: 'invalid-input', message: error }));
  });
});

describe('predict responses of the published format', () => {
  it.each(golden<GoldenResponse>('predict-responses'))('$name', ({ outputs, row, column }) => {
    const signature: Signature = { inputs: [spec('x', 'float32')], outputs: outputs.map(({ name, dtype }) => spec(name, dtype)) };
    const tensors = new Map(outputs.map((output) => [output.name, goldenTensor(output.dtype, output)]));
    expect(encodePredict('row', tensors, signature).toString()).toBe(row);
    expect(encodePredict('column', tensors, signature).toString()).toBe(column);
  });

  it('refuses outputs that disagree about the number of rows', () => {
    const outputs = new Map([['a', tensor('float32', [1], Float32Array.of(1))], ['b', tensor('float32', [2], Float32Array.of(1, 2))]]);
    const signature: Signature = { inputs: [spec('x', 'float32')], outputs: [spec('a', 'float32'), spec('b', 'float32')] };
    expect(() => encodePredict('row', outputs, signature)).toThrow('Tensor name: b has inconsistent batch size: 2 expecting: 1');
    expect(numericData(outputs.get('b')!)).toHaveLength(2);
  });
});
