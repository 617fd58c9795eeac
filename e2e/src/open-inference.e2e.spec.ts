import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DTYPES } from '@switchyard/tensor';
import { describeWith, testPython } from '@switchyard/test-kit';
import { nestDigit, readTestDigits, readTestLabels } from './stack/digits.js';
import { publishEcho } from './stack/echo-model.js';
import { getJson, inParallel, postForm, postJson } from './stack/http.js';
import { infer } from './stack/open-inference-client.js';
import { renderDigit } from './stack/pictures.js';
import { closePlainConnections, sendPlain, type PlainAnswer } from './stack/plain-http.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const DIGITS = 20;
const PIXELS = 784;
const POINT = { name: 'features', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) } as const;

let stack: TrainedStack;
let digits: Float32Array[];
/** Of mnist. */
let inputName: string;
let outputName: string;

beforeAll(async () => {
  stack = await startTrainedStack();
  digits = await readTestDigits(DIGITS);
  const { body } = await getJson<{ inputs: { name: string }[]; outputs: { name: string }[] }>(v2('/models/mnist'));
  [inputName, outputName] = [body.inputs[0]!.name, body.outputs[0]!.name];
}, 400_000);

afterAll(async () => {
  closePlainConnections();
  await stack?.close();
}, 60_000);

const v2 = (path = ''): string => `${stack.httpUrl}/v2${path}`;
const rowsOf = (from: number, to: number): Float32Array => Float32Array.from(digits.slice(from, to).flatMap((digit) => [...digit]));
const bitsOf = (values: ArrayLike<number>): number[] => [...new Uint32Array(Float32Array.from(values).buffer)];

describe('the same digits through every form of a request', () => {
  const input = (from: number, to: number): { name: string; datatype: 'FP32'; shape: number[]; data: Float32Array } => ({ name: inputName, datatype: 'FP32', shape: [to - from, 28, 28, 1], data: rowsOf(from, to) });
  let expected: number[][];

  beforeAll(async () => {
    // One at a time, as below: rows that run together may be added up in another order.
    expected = await inParallel(digits, 1, async (digit) => {
      const { body } = await postJson<{ predictions: number[][] }>(`${stack.httpUrl}/v1/models/mnist:predict`, { instances: [nestDigit(digit)] });
      return body.predictions[0]!;
    });
  });

  it.each([
    ['JSON in and out', { binaryInput: false, binaryOutput: false }],
    ['JSON in, binary out', { binaryInput: false, binaryOutput: true }],
    ['binary in, JSON out', { binaryInput: true, binaryOutput: false }],
    ['binary in and out', { binaryInput: true, binaryOutput: true }],
  ])('gives the bits of TF Serving’s answer: %s', async (_name, form) => {
    const answers = await inParallel(digits, 1, (_, index) => infer(v2('/models/mnist/infer'), [input(index, index + 1)], form));
    answers.forEach(({ status, outputs }, index) => {
      expect([status, outputs[0]?.shape, outputs[0]?.datatype]).toEqual([200, [1, 10], 'FP32']);
      expect(bitsOf(outputs[0]!.data as Float32Array)).toEqual(bitsOf(expected[index]!));
    });
  });

  it('gives the same bits for a raw request', async () => {
    const body = Buffer.from(digits[0]!.buffer.slice(digits[0]!.byteOffset, digits[0]!.byteOffset + PIXELS * 4));
    const response = await fetch(v2('/models/mnist/versions/1/infer'), { method: 'POST', body, headers: { 'inference-header-content-length': '0' } });
    const bytes = Buffer.from(await response.arrayBuffer());
    const jsonLength = Number(response.headers.get('inference-header-content-length'));
    expect(JSON.parse(bytes.toString('utf8', 0, jsonLength))).toMatchObject({ model_name: 'mnist', model_version: '1', outputs: [{ shape: [1, 10], parameters: { binary_data_size: 40 } }] });
    expect(bitsOf(new Float32Array(Uint8Array.from(bytes.subarray(jsonLength)).buffer))).toEqual(bitsOf(expected[0]!));
  });

  it('gives every caller its own rows, whatever they are coupled with', async () => {
    await inParallel(Array.from({ length: 60 }, (_, index) => index), 16, async (index) => {
      const from = index % 15;
      const to = from + 1 + (index % 5);
      const { id, outputs } = await infer(v2('/models/mnist/infer'), [input(from, to)], { binaryInput: index % 2 === 0, binaryOutput: index % 3 === 0, id: `call-${index}` });
      expect(id).toBe(`call-${index}`);
      const data = outputs[0]!.data as Float32Array;
      expected.slice(from, to).flat().forEach((value, element) => expect(Math.abs(data[element]! - value)).toBeLessThan(1e-6));
    });
  });

  it('names the classes when classes are asked for', async () => {
    const labels = await readTestLabels(3);
    const { outputs } = await infer(v2('/models/mnist/infer'), [input(0, 3)], { binaryInput: true, outputs: [{ name: outputName, parameters: { classification: 2, binary_data: false } }] });
    expect(outputs).toMatchObject([{ datatype: 'BYTES', shape: [3, 2] }]);
    const best = (outputs[0]!.data as string[]).filter((_, index) => index % 2 === 0).map((text) => text.split(':'));
    expect(best.map(([, index]) => Number(index))).toEqual(labels);
    best.forEach(([value], row) => expect(Math.fround(Number(value))).toBe(Math.fround(Math.max(...expected[row]!))));
  });
});

describe('pictures in the place of pixels', () => {
  let picture: Buffer;
  let expected: number[];

  beforeAll(async () => {
    picture = await renderDigit(digits[0]!, 'white');
    const form = new FormData();
    form.append('file', new Blob([picture]), 'digit.png');
    expected = (await postForm<{ probabilities: number[] }>(`${stack.httpUrl}/predict`, form)).body.probabilities;
  });

  const send = (files: readonly Uint8Array[], shape: readonly number[]): Promise<PlainAnswer> => {
    const data = Buffer.concat(files.flatMap((file) => [Buffer.from(Uint32Array.of(file.byteLength).buffer), file]));
    const header = JSON.stringify({ inputs: [{ name: inputName, shape, datatype: 'BYTES', parameters: { binary_data_size: data.byteLength } }] });
    return sendPlain(stack.httpUrl, { path: '/v2/models/mnist/infer', body: Buffer.concat([Buffer.from(header), data]), headers: { 'inference-header-content-length': String(Buffer.byteLength(header)) } });
  };

  it.each([[[1]], [[1, 1]]])('are classified as /predict does, sent as BYTES %j', async (shape) => {
    const { status, text } = await send([picture], shape);
    expect(status).toBe(200);
    const { outputs } = JSON.parse(text) as { outputs: { data: number[] }[] };
    outputs[0]!.data.forEach((value, index) => expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-6));
  });

  it('are classified one by one in one request', async () => {
    const { status, text } = await send([picture, picture, picture], [3]);
    expect([status, (JSON.parse(text) as { outputs: { shape: number[] }[] }).outputs[0]!.shape]).toEqual([200, [3, 10]]);
  });

  it('are taken raw, with nothing around them', async () => {
    const { status, headers, text } = await sendPlain(stack.httpUrl, { path: '/v2/models/mnist/infer', body: picture, headers: { 'inference-header-content-length': '0' } });
    expect(status).toBe(200);
    expect(JSON.parse(text.slice(0, Number(headers['inference-header-content-length'])))).toMatchObject({ outputs: [{ shape: [1, 10], parameters: { binary_data_size: 40 } }] });
  });

  it('are refused where they are none', async () => {
    const { status, text } = await send([Buffer.from('no picture')], [1]);
    expect([status, JSON.parse(text)]).toEqual([400, { error: expect.stringMatching(/\.$/) }]);
  });
});

describe('what a client can find out', () => {
  it('is the server: its metadata, that it lives, that it is ready', async () => {
    const { body } = await getJson<{ name: string; version: string; extensions: string[] }>(v2());
    expect(body).toMatchObject({ name: 'switchyard', version: expect.any(String), extensions: expect.arrayContaining(['binary_tensor_data', 'classification', 'statistics']) });
    expect(await getJson(v2('/health/live'))).toMatchObject({ status: 200, body: { live: true } });
    expect(await getJson(v2('/health/ready'))).toMatchObject({ status: 200, body: { ready: true } });
    expect((await getJson<{ models: string[] }>(v2('/models'))).body.models.sort()).toEqual(['mnist', 'simple_classifier']);
  });

  it.each(['', '/versions/1', '/versions/champion'])('is a model, at /models/mnist%s', async (version) => {
    const model = await getJson<object>(v2(`/models/mnist${version}`));
    expect(model).toMatchObject({
      status: 200,
      body: { name: 'mnist', versions: ['1'], platform: 'onnxruntime_onnx', inputs: [{ datatype: 'FP32', shape: [-1, 28, 28, 1] }], outputs: [{ datatype: 'FP32', shape: [-1, 10] }] },
    });
    expect(await getJson(v2(`/models/mnist${version}/ready`))).toMatchObject({ status: 200, body: { name: 'mnist', ready: true } });
    expect(await getJson(v2(`/models/mnist${version}/config`))).toMatchObject({
      status: 200, body: { name: 'mnist', backend: 'onnxruntime', input: [{ data_type: 'TYPE_FP32', dims: [28, 28, 1] }], output: [{ dims: [10] }] },
    });
  });

  it('is what the server has done, of all, of a model, of a version', async () => {
    for (let count = 0; count < 3; count++) await infer(v2('/models/simple_classifier/infer'), [POINT], {});
    const all = await getJson<{ model_stats: { name: string }[] }>(v2('/models/stats'));
    const stats = all.body.model_stats.find(({ name }) => name === 'simple_classifier');
    expect(stats).toMatchObject({
      version: '1', inference_count: 3, execution_count: 3, last_inference: expect.any(Number),
      inference_stats: { success: { count: 3, ns: expect.any(Number) }, fail: { count: 0, ns: 0 }, compute_infer: { count: 3 } },
      batch_stats: [{ batch_size: 1, compute_infer: { count: 3 } }],
    });
    expect(await getJson(v2('/models/simple_classifier/stats'))).toMatchObject({ status: 200, body: { model_stats: [stats] } });
    expect(await getJson(v2('/models/simple_classifier/versions/1/stats'))).toMatchObject({ status: 200, body: { model_stats: [stats] } });
  });

  it('is how it traces and logs, which the environment alone changes', async () => {
    expect(await getJson(v2('/trace/setting'))).toMatchObject({ status: 200, body: { trace_level: ['OFF'] } });
    expect(await getJson(v2('/models/mnist/trace/setting'))).toMatchObject({ status: 200, body: { trace_level: ['OFF'] } });
    expect(await getJson(v2('/logging'))).toMatchObject({ status: 200, body: { log_info: true, log_error: true, log_verbose_level: 0 } });
    expect(await postJson(v2('/logging'), { log_info: false })).toMatchObject({ status: 501, body: { error: expect.stringMatching(/^the server does not support dynamic logging/) } });
    expect(await postJson(v2('/trace/setting'), {})).toMatchObject({ status: 501, body: { error: 'the server does not support tracing' } });
  });
});

describe('the schedule a request asks for', () => {
  it.each([0, 1, 2, 3, 99])('may be any priority: %i', async (priority) => {
    expect(await infer(v2('/models/simple_classifier/infer'), [POINT], { parameters: { priority } })).toMatchObject({ status: 200 });
  });

  it('ends the wait: a timeout of one microsecond is over before a worker answers, one of ten seconds is not', async () => {
    expect(await infer(v2('/models/simple_classifier/infer'), [POINT], { parameters: { timeout: 10_000_000 } })).toMatchObject({ status: 200 });
    const slow = { name: inputName, datatype: 'FP32', shape: [1_000, 28, 28, 1], data: new Float32Array(1_000 * PIXELS) } as const;
    expect(await infer(v2('/models/mnist/infer'), [slow], { binaryInput: true, parameters: { timeout: 1 } })).toMatchObject({ status: 503, error: expect.stringContaining('deadline') });
  });

});

describe('the model repository', () => {
  const load = (name: string, body: unknown = ''): Promise<{ status: number; body: unknown }> => postJson(v2(`/repository/models/${name}/load`), body);
  const unload = (name: string): Promise<{ status: number; body: unknown }> => postJson(v2(`/repository/models/${name}/unload`), { parameters: { unload_dependents: true } });
  const ready = { name: 'simple_classifier', version: '1', state: 'READY', reason: '' };

  it('lists every version and its state', async () => {
    const { body } = await postJson<unknown[]>(v2('/repository/index'), '');
    expect(body).toHaveLength(2);
    expect(body).toEqual(expect.arrayContaining([{ ...ready, name: 'mnist' }, ready]));
  });

  it('unloads a model and loads it again, as it was', async () => {
    const before = await getJson(`${stack.httpUrl}/models/simple_classifier/versions`);
    expect(await unload('simple_classifier')).toMatchObject({ status: 200 });
    expect(await infer(v2('/models/simple_classifier/infer'), [POINT], {})).toMatchObject({ status: 404, error: "Request for unknown model: 'simple_classifier' has no available versions" });
    expect((await getJson(v2('/models/simple_classifier/ready'))).status).toBe(404);
    expect((await postJson<unknown[]>(v2('/repository/index'), { ready: true })).body).toEqual([{ ...ready, name: 'mnist' }]);
    expect((await postJson<unknown[]>(v2('/repository/index'), {})).body).toEqual(expect.arrayContaining([{ ...ready, state: 'UNAVAILABLE', reason: 'unloaded' }]));
    expect(await getJson(v2('/health/ready'))).toMatchObject({ status: 200 });
    expect(await load('simple_classifier')).toMatchObject({ status: 200 });
    expect(await infer(v2('/models/simple_classifier/infer'), [POINT], {})).toMatchObject({ status: 200 });
    expect(await getJson(`${stack.httpUrl}/models/simple_classifier/versions`)).toMatchObject({ body: { aliases: (before.body as { aliases: object }).aliases } });
    expect(await load('simple_classifier')).toMatchObject({ status: 200 });
  }, 60_000);

  it('says what it cannot do', async () => {
    expect(await load('nope')).toMatchObject({ status: 404, body: { error: "failed to load 'nope', failed to poll from model repository" } });
    expect(await unload('nope')).toMatchObject({ status: 404, body: { error: "Request for unknown model: 'nope' is not found" } });
    expect(await load('mnist', { parameters: { config: '{}' } })).toMatchObject({ status: 501, body: { error: expect.stringContaining("'config'") } });
    expect(await postJson(v2('/repository/index'), { ready: 1 })).toMatchObject({ status: 400, body: { error: "Invalid value for 'ready': expected a boolean" } });
  });
});

describe('what cannot be answered', () => {
  const send = async (path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<{ status: number; error: unknown }> => {
    const { status, text } = await sendPlain(stack.httpUrl, { path, body, headers });
    return { status, error: (JSON.parse(text) as { error: unknown }).error };
  };
  const point = '{"name":"features","shape":[1,2],"datatype":"FP32","data":[1,2]}';

  it.each([
    ['an unknown model', '/v2/models/nope/infer', '{}', 404, "Request for unknown model: 'nope' is not found"],
    ['an unknown version', '/v2/models/mnist/versions/99/infer', '{}', 404, "Request for unknown model: 'mnist' version 99 is not found"],
    ['no JSON', '/v2/models/simple_classifier/infer', '{"inputs": [', 400, 'failed to parse the request JSON buffer: Invalid value. at 12'],
    ['no body', '/v2/models/simple_classifier/infer', '', 400, 'failed to parse the request JSON buffer: The document is empty. at 0'],
    ['an unknown output', '/v2/models/simple_classifier/infer', `{"inputs":[${point}],"outputs":[{"name":"nope"}]}`, 400, "unexpected inference output 'nope' for model 'simple_classifier'"],
    ['NaN where numbers must be finite', '/v2/models/simple_classifier/infer', `{"inputs":[${point.replace('1,2]}', 'NaN,2]}')}]}`, 400, 'The input "features" holds NaN at element 0; only finite numbers are expected.'],
    ['text generation', '/v2/models/mnist/generate', '{}', 501, 'The generate extension is not supported: no model here generates text; "infer" is offered.'],
    ['text generation as a stream', '/v2/models/mnist/generate_stream', '{}', 501, 'The generate extension is not supported: no model here generates text; "infer" is offered.'],
    ['an unknown path', '/v2/nope', '{}', 404, 'There is no POST /v2/nope; /openapi.json lists what there is.'],
  ])('is refused in the protocol’s words: %s', async (...[, path, body, status, error]) => {
    expect(await send(path, body)).toEqual({ status, error });
  });

  it('is refused: a header that is longer than the body', async () => {
    expect(await send('/v2/models/simple_classifier/infer', '{}', { 'inference-header-content-length': '3' })).toEqual({ status: 400, error: 'inference header size should be in range (0, 2), got: 3' });
  });
});

describeWith(testPython(), 'Triton’s own Python client', (python) => {
  let report: Record<string, unknown>;

  const run = async (script: string): Promise<Record<string, unknown>> => {
    const path = fileURLToPath(new URL(`../clients/${script}`, import.meta.url));
    return JSON.parse(await python.run(path, [new URL(stack.httpUrl).host], { timeoutMs: 60_000 })) as Record<string, unknown>;
  };

  beforeAll(async () => {
    report = await run('triton_http.py');
  }, 70_000);

  it('gets every datatype back bit by bit, as binary data and as JSON', async () => {
    await publishEcho(stack);
    const unchanged = Object.fromEntries(DTYPES.map((dtype) => [dtype, true]));
    expect(await run('triton_datatypes.py')).toEqual({ binary: unchanged, json: unchanged });
  }, 100_000);

  it('finds the server and its models', () => {
    expect(report).toMatchObject({
      live: true, ready: true, model_ready: true, unknown_ready: false, server: { name: 'switchyard' }, metadata: { name: 'mnist', versions: ['1'] },
      config: { name: 'mnist', backend: 'onnxruntime' }, index: expect.arrayContaining([expect.objectContaining({ name: 'mnist', state: 'READY' })]),
      trace: { trace_level: ['OFF'] }, logging: { log_info: true }, shared_memory: [[], [], [], []],
    });
  });

  it('gets the same answer from JSON and binary data, packed or not, at once and asynchronously', () => {
    expect(report['forms']).toEqual({ binary_equals_json: true, json_output_equals: true, async_equals: true, packed_equals: true, shape: [2, 10], dtype: 'float32', id: 'from-python' });
  });

  it('gets classes', () => {
    expect(report['classes']).toEqual([expect.stringMatching(/^[\d.e-]+:\d/), expect.stringMatching(/^[\d.e-]+:\d/)]);
  });

  it('reads statistics, loads and unloads', () => {
    expect(report).toMatchObject({ statistics: { name: 'mnist', version: '1' }, after_unload: false, after_load: true });
  });

  it('understands refusals', () => {
    expect(report['refusals']).toEqual({
      unknown_model: ['404', "Request for unknown model: 'nope' is not found"],
      wrong_shape: ['400', expect.stringContaining("unexpected shape for input '")],
      wrong_type: ['400', expect.stringContaining("data-type is 'INT64', but model 'mnist' expects 'FP32'")],
      log_update: ['501', expect.stringContaining('the server does not support dynamic logging')],
      system_shared_memory: ['501', expect.stringContaining('Shared memory is not supported')],
      cuda_shared_memory: ['501', expect.stringContaining('Shared memory is not supported')],
    });
  });
});
