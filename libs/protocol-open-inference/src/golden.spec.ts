import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { preprocessingSchema, type TensorSpec } from '@switchyard/model-registry';
import { allocate, tensor, type Dtype, type Tensor } from '@switchyard/tensor';
import { manifestOf } from './testing/manifest-of.js';
import { decodeInfer, encodeInfer, parseHeaderLength, type DecodedInfer } from './index.js';

/** Numbers JSON has no way to write (64-bit, NaN, -0) are texts; so are the elements of BYTES, `\xff` being a byte. */
type GoldenValue = number | string;
type GoldenSpec = readonly [name: string, dtype: Dtype, shape: number[]];
type GoldenOutput = readonly [name: string, binary: boolean, classes: number];

interface GoldenBody {
  readonly name: string;
  readonly json?: string;
  /** Hexadecimal, what stands behind the JSON. */
  readonly binary?: string;
  /** Hexadecimal, the whole body of a raw request. */
  readonly raw?: string;
}

interface GoldenRequest extends GoldenBody {
  readonly inputs: readonly GoldenSpec[];
  readonly images?: boolean;
  readonly expected: {
    readonly id?: string; readonly priority?: string; readonly timeoutMs?: number; readonly outputs: readonly GoldenOutput[];
    readonly tensors: Record<string, { readonly dtype?: Dtype; readonly shape: number[]; readonly data: GoldenValue[] }>;
  };
}

interface GoldenError extends GoldenBody {
  readonly input?: GoldenSpec;
  readonly output?: GoldenSpec;
  readonly kind?: string;
  readonly error: string;
}

interface GoldenResponse {
  readonly name: string;
  readonly id?: string;
  readonly labels?: string[];
  readonly outputs: readonly { readonly name: string; readonly dtype: Dtype; readonly shape: number[]; readonly data: GoldenValue[] }[];
  readonly requested: readonly GoldenOutput[];
  readonly json: string;
  readonly binary?: string;
}

function golden<Case>(file: string): Case[] {
  return JSON.parse(readFileSync(new URL(`../golden/${file}.json`, import.meta.url), 'utf8')) as Case[];
}

const OUTPUTS: readonly GoldenSpec[] = [['output0', 'float32', [-1, 2]], ['output1', 'float32', [-1]]];
const IMAGE = preprocessingSchema.parse({ kind: 'image', width: 2, height: 2, channels: 3, mean: [0, 0, 0], std: [1, 1, 1], scale: 1 });

function specOf([name, dtype, shape]: GoldenSpec): TensorSpec {
  return { name, dtype, shape, finite: false };
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

function tensorOf(dtype: Dtype, shape: readonly number[], values: readonly GoldenValue[]): Tensor {
  if (dtype === 'string') return tensor(dtype, shape, values.map((text) => textBytes(String(text))));
  const data = allocate(dtype, values.length);
  values.forEach((value, index) => {
    data[index] = typeof data[index] === 'bigint' ? BigInt(value) : Number(value);
  });
  return tensor(dtype, shape, data);
}

function textBytes(text: string): Buffer {
  return text.startsWith('\\x') ? bytesOf(text.replaceAll('\\x', '')) : Buffer.from(text);
}

/** As the sockets give it: at any offset of a larger buffer. */
function decode({ json = '', binary, raw }: GoldenBody, model: Parameters<typeof decodeInfer>[1], offset = 0): DecodedInfer {
  const body = raw === undefined ? Buffer.concat([Buffer.from(json), bytesOf(binary ?? '')]) : bytesOf(raw);
  const given = raw !== undefined ? '0' : binary === undefined ? undefined : String(Buffer.byteLength(json));
  const shifted = Buffer.concat([Buffer.alloc(offset, 0xee), body]).subarray(offset);
  return decodeInfer({ body: shifted, headerLength: parseHeaderLength(given, body.byteLength) }, model);
}

/** Buffers and plain arrays of bytes are the same to whoever compares values. */
function plain({ dtype, shape, data }: Tensor): unknown {
  return { dtype, shape, data: dtype === 'string' ? (data as readonly Uint8Array[]).map((element) => Buffer.from(element).toString('hex')) : [...(data as Float32Array)] };
}

describe('inference requests of the published formats', () => {
  it.each(golden<GoldenRequest>('infer-requests'))('$name', (request) => {
    const { inputs, images, expected } = request;
    const model = manifestOf({ inputs: inputs.map(specOf), outputs: OUTPUTS.map(specOf), ...(images ? { preprocessing: IMAGE } : {}) });
    for (const offset of [0, 1, 4]) {
      const decoded = decode(request, model, offset);
      expect([...decoded.inputs].map(([name, value]) => [name, plain(value)])).toEqual(
        inputs.map(([name, dtype]) => [name, plain(tensorOf(expected.tensors[name]!.dtype ?? dtype, expected.tensors[name]!.shape, expected.tensors[name]!.data))]),
      );
      expect([decoded.id, decoded.priority, decoded.timeoutMs]).toEqual([expected.id, expected.priority, expected.timeoutMs]);
      expect(decoded.outputs.map(({ name, binary, classes }) => [name, binary, classes])).toEqual(expected.outputs);
    }
  });

  it('are views of the body where their offset allows it', () => {
    const json = '{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}}]} ';
    const body = Buffer.from(new ArrayBuffer(Buffer.byteLength(json) + 8));
    body.write(json);
    expect(json.length % 4).toBe(0);
    const { inputs } = decodeInfer({ body, headerLength: json.length }, manifestOf({ inputs: [specOf(['x', 'float32', [-1]])], outputs: OUTPUTS.map(specOf) }));
    expect((inputs.get('x')!.data as Float32Array).buffer).toBe(body.buffer);
  });
});

describe('refused inference requests', () => {
  it.each(golden<GoldenError>('infer-errors'))('$name', (request) => {
    const { input = ['x', 'float32', [-1, 2]], output = ['y', 'float32', [-1]], kind = 'invalid-input', error } = request;
    const model = manifestOf({ inputs: [specOf(input)], outputs: [specOf(output)] });
    expect(() => decode(request, model)).toThrow(expect.objectContaining({ kind, message: error }));
  });

  it.each([
    ['abc', 'Unable to parse Inference-Header-Content-Length, got: abc'],
    ['', 'Unable to parse Inference-Header-Content-Length, got: '],
    ['1.5', 'Unable to parse Inference-Header-Content-Length, got: 1.5'],
    ['11', 'inference header size should be in range (0, 10), got: 11'],
    ['-1', 'inference header size should be in range (0, 10), got: -1'],
  ])('a header length of %j', (given, error) => {
    expect(() => parseHeaderLength(given, 10)).toThrow(expect.objectContaining({ kind: 'invalid-input', message: error }));
  });

  it('a raw request to a model of two inputs', () => {
    const model = manifestOf({ inputs: [specOf(['a', 'float32', [-1]]), specOf(['b', 'float32', [-1]])], outputs: OUTPUTS.map(specOf) });
    expect(() => decode({ name: '', raw: '00000000' }, model)).toThrow("Raw request must only have 1 input (found 1) to be deduced but got 2 inputs in 'mymodel' model configuration");
  });
});

describe('inference responses of the published formats', () => {
  it.each(golden<GoldenResponse>('infer-responses'))('$name', ({ id, labels = null, outputs, requested, json, binary }) => {
    const manifest = { ...manifestOf({ inputs: [specOf(['x', 'float32', [-1]])], outputs: outputs.map(({ name, dtype, shape }) => specOf([name, dtype, [-1, ...shape.slice(1)]])) }), labels };
    const tensors = new Map(outputs.map(({ name, dtype, shape, data }) => [name, tensorOf(dtype, shape, data)]));
    const { body, headerLength } = encodeInfer({ id, outputs: requested.map(([name, isBinary, classes]) => ({ name, binary: isBinary, classes })) }, { outputs: tensors }, manifest);
    expect(body.toString('utf8', 0, headerLength ?? body.byteLength)).toBe(json);
    expect(body.subarray(headerLength ?? body.byteLength).toString('hex')).toBe((binary ?? '').replaceAll(' ', ''));
    expect(headerLength === null).toBe(binary === undefined);
  });

  it('say which output the model did not give', () => {
    const manifest = manifestOf({ inputs: [specOf(['x', 'float32', [-1]])], outputs: [specOf(['y', 'float32', [-1]])] });
    expect(() => encodeInfer({ id: undefined, outputs: [{ name: 'y', binary: true, classes: 0 }] }, { outputs: new Map() }, manifest)).toThrow('The model gave no output "y"');
  });

  it('have no classes for texts', () => {
    const manifest = manifestOf({ inputs: [specOf(['x', 'float32', [-1]])], outputs: [specOf(['s', 'string', [-1]])] });
    const outputs = new Map([['s', tensorOf('string', [1], ['a'])]]);
    expect(() => encodeInfer({ id: undefined, outputs: [{ name: 's', binary: true, classes: 1 }] }, { outputs }, manifest)).toThrow("class result not available for output due to unsupported type 'BYTES'");
  });
});
