import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServingError } from '@switchyard/errors';
import { testMessages } from '@switchyard/grpc-server/testing';
import { preprocessingSchema, type Manifest } from '@switchyard/model-registry';
import { DATATYPES, writeByteStrings } from '@switchyard/open-inference';
import { allocate, tensor, viewBytes, type NumericDtype, type Tensor } from '@switchyard/tensor';
import { CONTENTS_FIELDS } from './contents-fields.js';
import { decodeInferRequest, type InferRequest } from './decode-infer-request.js';
import { encodeInferResponse, encodeStreamError, encodeStreamResponse } from './encode-infer-response.js';
import { readInferMessage } from './infer-message.js';
import { OPEN_INFERENCE_PROTOS } from './proto-files.js';

const { decode, encode } = testMessages(OPEN_INFERENCE_PROTOS);
const REQUEST = 'inference.ModelInferRequest';
const NUMERIC = Object.keys(DATATYPES).filter((dtype) => dtype !== 'string') as NumericDtype[];
const WITH_CONTENTS = NUMERIC.filter((dtype) => dtype !== 'float16') as Exclude<NumericDtype, 'float16'>[];

function model(dtype: Tensor['dtype'] = 'float32', more: Partial<Manifest> = {}): Manifest {
  const specs = (name: string) => [{ name, dtype, shape: [-1, 2], finite: false }];
  return { name: 'm', version: 7, signature: { inputs: specs('x'), outputs: specs('y') }, preprocessing: null, labels: null, ...more } as Manifest;
}

function small(dtype: NumericDtype): Tensor {
  const data = allocate(dtype, 2);
  (data as unknown as { set(from: readonly unknown[]): void }).set(data instanceof BigInt64Array || data instanceof BigUint64Array ? [0n, 1n] : [0, 1]);
  return tensor(dtype, [1, 2], data);
}

/** Pictures of two grey pixels. */
const IMAGES = {
  signature: { inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 1, 2, 1], finite: false }], outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 2], finite: false }] },
  preprocessing: preprocessingSchema.parse({ kind: 'image', width: 2, height: 1, channels: 1, mean: [0], std: [1], scale: 1 }),
} satisfies Partial<Manifest>;
const input = (dtype: Tensor['dtype'], more: object = {}): object => ({ name: 'x', datatype: DATATYPES[dtype].wire, shape: [1, 2], ...more });
const decodeFor = (message: object, manifest = model()): InferRequest => decodeInferRequest(readInferMessage(encode(REQUEST, message)), manifest);

describe('a ModelInferRequest', () => {
  it('names model, version, id, outputs, priority and timeout', () => {
    const parameters = { priority: { uint64_param: 2 }, timeout: { int64_param: 1_500 }, anything: { string_param: 'else' }, flag: { bool_param: true }, share: { double_param: 0.5 } };
    const message = { model_name: 'm', model_version: '7', id: 'q1', parameters, inputs: [input('float32', { contents: { fp32_contents: [0, 1] } })], outputs: [{ name: 'y' }, { name: 'y' }] };
    expect(readInferMessage(encode(REQUEST, message))).toMatchObject({ modelName: 'm', modelVersion: '7', id: 'q1' });
    expect(decodeFor(message)).toEqual({ id: 'q1', inputs: new Map([['x', small('float32')]]), outputs: [{ name: 'y', classes: 0 }], priority: 'normal', timeoutMs: 2, raw: false });
  });

  it.each(NUMERIC)('brings %s raw', (dtype) => {
    const of = small(dtype);
    expect(decodeFor({ inputs: [input(dtype)], raw_input_contents: [viewBytes(of.data as Float32Array)] }, model(dtype))).toMatchObject({ inputs: new Map([['x', of]]), raw: true });
  });

  it.each(WITH_CONTENTS)('brings %s as contents', (dtype) => {
    expect(decodeFor({ inputs: [input(dtype, { contents: { [CONTENTS_FIELDS[dtype].name]: [0, 1] } })] }, model(dtype)).inputs).toEqual(new Map([['x', small(dtype)]]));
  });

  it('brings strings in both ways, and pictures to a model of images', () => {
    const strings = [Buffer.from('a'), Buffer.from('')];
    for (const message of [{ inputs: [input('string', { contents: { bytes_contents: strings } })] }, { inputs: [input('string')], raw_input_contents: [writeByteStrings(strings)] }]) {
      expect((decodeFor(message, model('string')).inputs.get('x')!.data as Uint8Array[]).map((bytes) => Buffer.from(bytes).toString())).toEqual(['a', '']);
    }
    const picture = decodeFor({ inputs: [input('string', { shape: [1, 1], contents: { bytes_contents: [Buffer.from('jpeg')] } })] }, model('float32', IMAGES));
    expect(picture.inputs.get('x')).toMatchObject({ dtype: 'string', shape: [1] });
  });

  it('is not copied where its raw contents lie at a multiple of four', () => {
    const floats = Float32Array.of(1.25, -3);
    const bytes = encode(REQUEST, { inputs: [input('float32')], raw_input_contents: [viewBytes(floats)] });
    const at = bytes.indexOf(Buffer.from(viewBytes(floats)));
    const shifted = Buffer.from(new ArrayBuffer(bytes.byteLength + 4)).subarray((4 - (at % 4)) % 4).subarray(0, bytes.byteLength);
    bytes.copy(shifted);
    const { data } = decodeInferRequest(readInferMessage(shifted), model()).inputs.get('x')!;
    expect(data).toEqual(floats);
    expect((data as Float32Array).buffer).toBe(shifted.buffer);
  });

  const contents = { fp32_contents: [0, 1] };
  it.each([
    ['an input the model has not', { inputs: [input('float32', { name: 'z', contents })] }, "unexpected inference input 'z' for model 'm'"],
    ['no input', {}, "expected 1 inputs but got 0 inputs for model 'm'."],
    ['an input twice', { inputs: [input('float32', { contents }), input('float32', { contents })] }, "input 'x' already exists in request"],
    ['another datatype', { inputs: [input('int32')] }, "inference input 'x' data-type is 'INT32', but model 'm' expects 'FP32'"],
    ['no datatype', { inputs: [{ name: 'x', datatype: 'BF16' }] }, "inference input 'x' has the datatype 'BF16'; one of BOOL, UINT8,"],
    ['another shape', { inputs: [input('float32', { shape: [1, 3] })] }, "unexpected shape for input 'x' for model 'm'. Expected [-1,2], got [1,3]"],
    ['a negative size', { inputs: [input('float32', { shape: [-1, 2] })] }, 'sizes of 0 and more are expected'],
    ['too few contents', { inputs: [input('float32')] }, "input 'x' for model 'm' has 0 elements in fp32_contents; its shape asks for 2."],
    ['too few raw bytes', { inputs: [input('float32')], raw_input_contents: [Buffer.alloc(7)] }, "input byte size mismatch for input 'x' for model 'm'. Expected 8, got 7"],
    ['raw and plain contents', { inputs: [input('float32', { contents })], raw_input_contents: [Buffer.alloc(8)] }, 'contents field must not be specified when using raw_input_contents'],
    ['more raw contents than inputs', { inputs: [input('float32')], raw_input_contents: [Buffer.alloc(8), Buffer.alloc(8)] }, 'the request has 1 inputs and 2 raw_input_contents'],
    ['an output the model has not', { inputs: [input('float32', { contents })], outputs: [{ name: 'z' }] }, "unexpected inference output 'z' for model 'm'"],
    ['a reserved parameter', { inputs: [input('float32', { contents })], parameters: { triton_x: { bool_param: true } } }, "parameter keys starting with 'triton_' are reserved"],
    ['no count for a priority', { inputs: [input('float32', { contents })], parameters: { priority: { string_param: 'high' } } }, "invalid value for parameter 'priority': high"],
  ])('with %s is refused with one sentence', (_what, message, sentence) => {
    expect(() => decodeFor(message)).toThrow(expect.objectContaining({ kind: 'invalid-input', message: expect.stringContaining(sentence) }));
  });

  it('of a stream may ask for an empty last answer, by a boolean', () => {
    const asking = (value: object): object => ({ inputs: [input('float32', { contents })], parameters: { triton_enable_empty_final_response: value } });
    expect(decodeFor(asking({ bool_param: true })).inputs).toEqual(new Map([['x', small('float32')]]));
    expect(() => decodeFor(asking({ string_param: 'true' }))).toThrow("invalid value type for 'triton_enable_empty_final_response' parameter, expected bool_param.");
  });

  it('with shared memory is refused as unsupported; FP16 contents as what the protocol has not', () => {
    expect(() => decodeFor({ inputs: [input('float32', { parameters: { shared_memory_region: { string_param: 'r' } } })] })).toThrow(expect.objectContaining({ kind: 'unsupported' }));
    expect(() => decodeFor({ inputs: [input('float16')] }, model('float16'))).toThrow("FP16 data of input 'x' for model 'm' must be sent in raw_input_contents");
  });

  it('that would fill the memory is refused: a few bytes for each of many parts', () => {
    const flood = (byte: number, count: number): Buffer => Buffer.alloc(2 * count).fill(Buffer.of(byte, 0));
    for (const tag of [34, 42, 50, 58]) expect(() => readInferMessage(flood(tag, 5_000))).toThrow('more than 4096 parameters, tensors and raw contents');
    const strings = encode(REQUEST, { inputs: [input('string', { shape: [1e9, 2] })], raw_input_contents: [Buffer.alloc(8)] });
    expect(() => decodeInferRequest(readInferMessage(strings), model('string'))).toThrow('at most 262144 are accepted in one tensor');
  });

  it('of any bytes at all is read or refused: 20,000 changed messages', () => {
    const message = { model_name: 'm', id: 'i', parameters: { priority: { int64_param: 1 } }, inputs: [input('float32', { contents })], outputs: [{ name: 'y', parameters: { classification: { int64_param: 1 } } }] };
    const samples = [encode(REQUEST, message), encode(REQUEST, { ...message, inputs: [input('float32')], raw_input_contents: [Buffer.alloc(8)] })];
    const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }), drop: fc.nat(6) });
    fc.assert(
      fc.property(fc.nat(1), fc.array(change, { minLength: 1, maxLength: 4 }), (choice, changes) => {
        const bytes = changes.reduce<Buffer>((of, { at, bytes: put, drop }) => Buffer.concat([of.subarray(0, at * of.byteLength), put, of.subarray(at * of.byteLength + drop)]), samples[choice]!);
        try {
          decodeInferRequest(readInferMessage(bytes), model());
        } catch (error) {
          expect(error).toBeInstanceOf(ServingError);
          expect(['invalid-input', 'unsupported']).toContain((error as ServingError).kind);
        }
      }),
      { numRuns: 20_000, seed: 20_261 },
    );
  }, 60_000);
});

describe('a ModelInferResponse', () => {
  const RESPONSE = 'inference.ModelInferResponse';
  const asked = (raw: boolean, classes = 0) => ({ id: 'q', outputs: [{ name: 'y', classes }], raw });

  it.each(NUMERIC)('brings %s back to its bits, raw', (dtype) => {
    const of = small(dtype);
    expect(decode(RESPONSE, encodeInferResponse(asked(true), new Map([['y', of]]), model(dtype)))).toEqual({
      model_name: 'm', model_version: '7', id: 'q', outputs: [{ name: 'y', datatype: DATATYPES[dtype].wire, shape: ['1', '2'] }],
      raw_output_contents: [[...viewBytes(of.data as Float32Array)]],
    });
  });

  it.each(WITH_CONTENTS)('brings %s back as contents when it was asked so', (dtype) => {
    const { outputs } = decode(RESPONSE, encodeInferResponse(asked(false), new Map([['y', small(dtype)]]), model(dtype))) as { outputs: { contents: object }[] };
    expect(decodeFor({ inputs: [input(dtype, { contents: outputs[0]!.contents })] }, model(dtype)).inputs.get('x')).toEqual(small(dtype));
  });

  it('is raw for FP16, however it was asked', () => {
    expect(decode(RESPONSE, encodeInferResponse(asked(false), new Map([['y', small('float16')]]), model('float16')))).toHaveProperty('raw_output_contents');
  });

  it('names classes where they are asked for', () => {
    const response = encodeInferResponse(asked(false, 1), new Map([['y', tensor('float32', [1, 2], Float32Array.of(0.25, 0.75))]]), model('float32', { labels: ['a', 'b'] }));
    expect(decode(RESPONSE, response)).toMatchObject({ outputs: [{ datatype: 'BYTES', shape: ['1', '1'], contents: { bytes_contents: [[...Buffer.from('0.75:1:b')]] } }] });
  });

  it('is one message of a stream, the last to its request, as is an error with the id of its request', () => {
    const STREAM = 'inference.ModelStreamInferResponse';
    expect(decode(STREAM, encodeStreamResponse(asked(true), new Map([['y', small('float32')]]), model()))).toMatchObject({
      infer_response: { id: 'q', model_version: '7', parameters: { triton_final_response: { bool_param: true } } },
    });
    expect(decode(STREAM, encodeStreamError('No.', 'q'))).toEqual({ error_message: 'No.', infer_response: { id: 'q' } });
  });
});
