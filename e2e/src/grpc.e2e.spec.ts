import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { status, type ServiceError } from '@grpc/grpc-js';
import fc from 'fast-check';
import { describeWith, testPython, until } from '@switchyard/test-kit';
import { mutate, mutation } from './bad-input/mutation.js';
import { freeze } from './failures/freeze.js';
import { readMetric } from './failures/metrics.js';
import { failureOf, floatsOf, type Inferred, type Predicted } from './grpc/answers.js';
import { fuzzSamples } from './grpc/fuzz-samples.js';
import { connectGrpc, type GrpcClient } from './grpc/grpc-client.js';
import { healthOf } from './grpc/health.js';
import { reflect } from './grpc/reflection.js';
import { nestDigit, readTestDigits } from './stack/digits.js';
import { postJson } from './stack/http.js';
import { renderDigit } from './stack/pictures.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const PREDICT = 'tensorflow.serving.PredictionService/Predict';
const INFER = 'inference.GRPCInferenceService/ModelInfer';
const MAX_MESSAGE_SIZE = 1_000_000;
const ROWS = 3;
const FUZZED_MESSAGES = 2_000;
/** What the api's memory may grow by while thousands of wrong messages pass: buffers not collected yet. */
const MAX_GROWTH_BYTES = 100 * 1024 * 1024;

let stack: TrainedStack;
let client: GrpcClient;
let pixels: Float32Array;
/** Name of the input of "mnist". */
let input: string;

beforeAll(async () => {
  stack = await startTrainedStack({ serviceEnv: { api: { GRPC_MAX_MESSAGE_SIZE: String(MAX_MESSAGE_SIZE) } } });
  client = connectGrpc(stack.grpcTarget);
  input = (await client.call<{ inputs: { name: string }[] }>('inference.GRPCInferenceService/ModelMetadata', { name: 'mnist' })).inputs[0]!.name;
  pixels = Float32Array.from((await readTestDigits(ROWS)).flatMap((digit) => [...digit]));
}, 400_000);

afterAll(async () => {
  client?.close();
  await stack?.close();
}, 60_000);

const bytesOf = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
const shape = [ROWS, 28, 28, 1];

function predictRequest(values: object = { tensor_content: bytesOf(pixels) }, spec: object = {}): object {
  const tensor_shape = { dim: shape.map((size) => ({ size })) };
  return { model_spec: { name: 'mnist', ...spec }, inputs: { [input]: { dtype: 'DT_FLOAT', tensor_shape, ...values } } };
}

function inferRequest(more: object = { raw_input_contents: [bytesOf(pixels)] }, tensor: object = {}): object {
  return { model_name: 'mnist', inputs: [{ name: input, datatype: 'FP32', shape, ...tensor }], ...more };
}

describe('the same digits', () => {
  it('have the same answer, to the last bit, over REST and over gRPC in each of its forms', async () => {
    const rest = await postJson<{ predictions: number[][] }>(`${stack.tfServingUrl}/v1/models/mnist:predict`, { instances: Array.from({ length: ROWS }, (_, row) => nestDigit(pixels.subarray(row * 784, row * 784 + 784))) });
    const expected = rest.body.predictions.flat().map(Math.fround);
    expect(floatsOf(await client.call<Predicted>(PREDICT, predictRequest()))).toEqual(expected);
    expect(floatsOf(await client.call<Predicted>(PREDICT, predictRequest({ float_val: [...pixels] })))).toEqual(expected);
    const contents = await client.call<Inferred>(INFER, inferRequest({}, { contents: { fp32_contents: [...pixels] } }));
    expect(contents.outputs[0]!.contents.fp32_contents).toEqual(expected);
    const raw = await client.call<Inferred>(INFER, inferRequest());
    const bytes = raw.raw_output_contents[0]!;
    expect(Array.from({ length: bytes.byteLength / 4 }, (_, index) => bytes.readFloatLE(4 * index))).toEqual(expected);
  });

  it('may be sent as pictures: a DT_STRING or BYTES tensor of files, as TF Serving’s and Triton’s users send them', async () => {
    const picture = await renderDigit(pixels.subarray(0, 784), 'black');
    const rest = await postJson<{ predictions: number[][] }>(`${stack.tfServingUrl}/v1/models/mnist:predict`, { instances: [{ b64: picture.toString('base64') }] });
    const expected = rest.body.predictions.flat().map(Math.fround);
    expect(expected).toHaveLength(10);
    const file = { dtype: 'DT_STRING', tensor_shape: { dim: [{ size: 1 }] }, string_val: [picture] };
    expect(floatsOf(await client.call<Predicted>(PREDICT, predictRequest(file)))).toEqual(expected);
    const triton = await client.call<Inferred>(INFER, inferRequest({}, { datatype: 'BYTES', shape: [1, 1], contents: { bytes_contents: [picture] } }));
    expect(triton.outputs[0]!.contents.fp32_contents).toEqual(expected);
  });

  it('are answered by the version asked for: number, label, or whichever serves', async () => {
    for (const spec of [{}, { version: { value: '1' } }, { version_label: 'champion' }, { signature_name: 'serving_default' }]) {
      expect((await client.call<Predicted>(PREDICT, predictRequest(undefined, spec))).model_spec.version.value).toBe('1');
    }
  });
});

describe('a refusal', () => {
  it.each([
    ['an unknown model', PREDICT, () => predictRequest(undefined, { name: 'nope' }), ['NOT_FOUND', 'Servable not found for request: Latest(nope)']],
    ['an unknown version', PREDICT, () => predictRequest(undefined, { version: { value: '99' } }), ['NOT_FOUND', 'Servable not found for request: Specific(mnist, 99)']],
    ['an unknown signature', PREDICT, () => predictRequest(undefined, { signature_name: 'nope' }), ['FAILED_PRECONDITION', 'Serving signature key "nope" not found.']],
    ['an unknown output', PREDICT, () => ({ ...predictRequest(), output_filter: ['nope'] }), ['INVALID_ARGUMENT', 'output tensor alias not found in signature: nope']],
    ['no spec', PREDICT, () => ({}), ['INVALID_ARGUMENT', 'Missing ModelSpec']],
    ['an unknown model', INFER, () => inferRequest({ model_name: 'nope' }), ['NOT_FOUND', "Request for unknown model: 'nope' is not found"]],
    ['contents too short', INFER, () => inferRequest({ raw_input_contents: [Buffer.alloc(4)] }), ['INVALID_ARGUMENT', 'input byte size mismatch']],
    ['shared memory', INFER, () => inferRequest({}, { parameters: { shared_memory_region: { string_param: 'r' } } }), ['UNIMPLEMENTED', 'Shared memory is not supported']],
  ] as const)('of %s by %s has its protocol’s code and one sentence', async (_what, path, request, [code, sentence]) => {
    const failure = await failureOf(client.call(path, request()));
    expect({ code: status[failure.code], details: failure.details }).toEqual({ code, details: expect.stringContaining(sentence) });
  });

  it('of a message above the limit is RESOURCE_EXHAUSTED', async () => {
    expect(await failureOf(client.call(INFER, inferRequest({ raw_input_contents: [Buffer.alloc(MAX_MESSAGE_SIZE)] })))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });
});

describe('a call whose caller waits no longer', () => {
  it('leaves at once, by its deadline or because it is cancelled, and takes nothing of the server', async () => {
    const thaw = freeze(stack.workers[0]!);
    try {
      const startedMs = performance.now();
      const late = failureOf(client.call(PREDICT, predictRequest(), { deadline: Date.now() + 300 }));
      const gone = new AbortController();
      const cancelled = failureOf(client.call(INFER, inferRequest(), { signal: gone.signal }));
      await until(async () => (await readMetric(stack.httpUrl, 'switchyard_rows_in_hand')) >= ROWS, { deadlineMs: 5_000, describe: 'the calls to be in hand' });
      gone.abort();
      expect(await cancelled).toMatchObject({ code: status.CANCELLED });
      expect(await late).toMatchObject({ code: status.DEADLINE_EXCEEDED });
      expect(performance.now() - startedMs).toBeLessThan(10_000);
      await until(async () => (await readMetric(stack.httpUrl, 'switchyard_rows_in_hand')) === 0, { deadlineMs: 5_000, describe: 'nothing to be in hand' });
    } finally {
      thaw();
    }
    expect(floatsOf(await client.call<Predicted>(PREDICT, predictRequest()))).toHaveLength(10 * ROWS);
  }, 30_000);
});

describe('a stream', () => {
  it('answers each request while it is open, and goes on after a wrong one', async () => {
    const stream = client.stream('inference.GRPCInferenceService/ModelStreamInfer');
    const answers: { error_message?: string; infer_response: { id: string; model_version: string } }[] = [];
    for (const [index, model] of ['mnist', 'nope', 'mnist'].entries()) {
      stream.write({ ...inferRequest(), model_name: model, id: `q${index}` });
      answers.push(((await once(stream, 'data')) as [never])[0]);
    }
    stream.end();
    expect(answers.map(({ error_message: error, infer_response: { id } }) => [id, error])).toEqual([['q0', undefined], ['q1', "Request for unknown model: 'nope' is not found"], ['q2', undefined]]);
  });
});

describe('what a stranger finds', () => {
  it.each(['v1', 'v1alpha'] as const)('by reflection (%s) are the services, and the files that define them', async (version) => {
    const { services } = await reflect(stack.grpcTarget, version, { list_services: '' });
    expect(services!.service.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tensorflow.serving.PredictionService', 'tensorflow.serving.ModelService', 'inference.GRPCInferenceService']),
    );
    const { files } = await reflect(stack.grpcTarget, version, { file_containing_symbol: 'inference.GRPCInferenceService' });
    expect(files!.file_descriptor_proto.length).toBeGreaterThan(0);
  });

  it.each(['', 'inference.GRPCInferenceService', 'tensorflow.serving.PredictionService'])('by a health check of "%s" is that it serves', async (service) => {
    expect(await healthOf(stack.grpcTarget, service)).toBe('SERVING');
  });

  it('by a health check of a service it has not is that there is none', async () => {
    expect(await failureOf(healthOf(stack.grpcTarget, 'nope'))).toMatchObject({ code: status.NOT_FOUND });
  });
});

describe('whatever is sent', () => {
  it(`is answered or refused, never broken: ${FUZZED_MESSAGES} changed messages`, async () => {
    const memory = (): Promise<number> => readMetric(stack.httpUrl, 'process_resident_memory_bytes');
    const samples = fuzzSamples([[PREDICT, predictRequest()], [INFER, inferRequest()]]);
    const codes = new Map<string, number>();
    const property = fc.asyncProperty(fc.nat(), fc.array(mutation, { minLength: 1, maxLength: 4 }), async (choice, changes) => {
      const [path, message] = samples[choice % samples.length]!;
      const code = await client.send(path, mutate(message, changes)).then(() => 'OK', (error: ServiceError) => `${status[error.code]}`);
      codes.set(code, (codes.get(code) ?? 0) + 1);
      expect(['OK', 'INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION', 'UNIMPLEMENTED']).toContain(code);
    });
    const before = await memory();
    await fc.assert(property, { numRuns: FUZZED_MESSAGES, seed: 20_261 });
    process.stderr.write(`fuzz: gRPC messages by status ${JSON.stringify(Object.fromEntries(codes))}\n`);
    expect((await memory()) - before).toBeLessThan(MAX_GROWTH_BYTES);
  }, 60_000);

  it('is hung up on when it is no gRPC at all: 200 connections of random bytes', async () => {
    const [host, port] = stack.grpcTarget.split(':');
    const pid = stack.api.pid;
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 9, maxLength: 200 }), async (bytes) => {
      const socket = connect(Number(port), host);
      socket.on('error', () => undefined);
      socket.resume();
      socket.end(bytes);
      await once(socket, 'close');
    }), { numRuns: 200, seed: 20_261 });
    expect(floatsOf(await client.call<Predicted>(PREDICT, predictRequest()))).toHaveLength(10 * ROWS);
    expect(stack.api.pid).toBe(pid);
  }, 30_000);
});

describeWith(testPython(), 'TensorFlow Serving’s own stubs', (python) => {
  let report: Record<string, never>;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-grpc-'));
    const files = await Promise.all(['tensorflow.serving.PredictionService', 'inference.GRPCInferenceService'].map((symbol) => reflect(stack.grpcTarget, 'v1', { file_containing_symbol: symbol })));
    const own = files.flatMap(({ files: of }) => of!.file_descriptor_proto);
    await writeFile(join(folder, 'descriptors.json'), JSON.stringify(own.map((bytes) => bytes.toString('base64'))));
    const script = fileURLToPath(new URL('../clients/tf_serving_grpc.py', import.meta.url));
    report = JSON.parse(await python.run(script, [stack.grpcTarget, join(folder, 'descriptors.json')], { timeoutMs: 90_000 })) as Record<string, never>;
    await rm(folder, { recursive: true });
  }, 100_000);

  it('get the same answer in every form they can write', () => {
    const { forms } = report as { forms?: { values: number[]; float_val: number[] } };
    expect(forms).toMatchObject({ equal: true, filled_rows: 3, version: 1, float_val: forms!.values });
  });

  it('classify and regress to the last bit as REST does, do both at once, and move labels', async () => {
    const examples = `{"examples":[{"${report['input']}":[1.5,2.3]},{"${report['input']}":[-1.0,0.25]}]}`;
    const rest = async <Results>(method: string): Promise<Results> => (await postJson<{ results: Results }>(`${stack.tfServingUrl}/v1/models/simple_classifier:${method}`, examples)).body.results;
    const classify = (await rest<[string, number][][]>('classify')).map((classes) => classes.map(([label, score]) => [label, Math.fround(score)]));
    const regress = (await rest<number[]>('regress')).map(Math.fround);
    expect(report).toMatchObject({ classify, regress, multi: ['classification_result', 'regression_result'], status: [[1, 30, 0]], label: [0, 1] });
  });

  it('understand refusals', () => {
    expect(report['refusals']).toEqual({
      model: ['NOT_FOUND', 'Servable not found for request: Latest(nope)'],
      version: ['NOT_FOUND', 'Servable not found for request: Specific(simple_classifier, 99)'],
      label: ['INVALID_ARGUMENT', 'Unrecognized servable version label: nope'],
      signature: ['FAILED_PRECONDITION', 'Serving signature key "nope" not found.'],
      input: ['INVALID_ARGUMENT', expect.stringContaining('input tensor alias not found in signature: nope.')],
      dtype: ['INVALID_ARGUMENT', expect.stringContaining('is int32; float32 is expected')],
      filter: ['INVALID_ARGUMENT', expect.stringContaining('output tensor alias not found in signature: nope')],
      metadata: ['INVALID_ARGUMENT', 'GetModelMetadataRequest must specify at least one metadata_field'],
      base_path: ['INVALID_ARGUMENT', expect.stringContaining('only version_labels can be reloaded')],
    });
  });

  it('find in our definitions nothing that differs from the published ones', () => {
    expect(report['differences']).toEqual({ found: [], compared: expect.any(Number), services: ['inference.GRPCInferenceService', 'tensorflow.serving.ModelService', 'tensorflow.serving.PredictionService'] });
    expect((report as { differences?: { compared: number } }).differences!.compared).toBeGreaterThan(200);
  });
});

describeWith(testPython(), 'Triton’s own gRPC client', (python) => {
  let report: Record<string, never>;

  beforeAll(async () => {
    const script = fileURLToPath(new URL('../clients/triton_grpc.py', import.meta.url));
    report = JSON.parse(await python.run(script, [stack.grpcTarget], { timeoutMs: 90_000 })) as Record<string, never>;
  }, 100_000);

  it('finds the server and its models', () => {
    expect(report).toMatchObject({
      live: true, ready: true, model_ready: true, server: { name: 'switchyard' }, metadata: { name: 'mnist', versions: ['1'], platform: 'onnxruntime_onnx' },
      config: { name: 'mnist', backend: 'onnxruntime' }, index: expect.arrayContaining([expect.objectContaining({ name: 'mnist', state: 'READY' })]),
      trace: { trace_level: { value: ['OFF'] } }, logging: { log_info: { bool_param: true } }, shared_memory: {},
    });
  });

  it('infers, at once, asynchronously, compressed, with classes', () => {
    expect(report['infer']).toEqual({ async_equals: true, compressed_equals: true, shape: [2, 10], dtype: 'float32', id: 'from-python', classes: Array<unknown>(4).fill(expect.stringMatching(/^[\d.e-]+:\d/)) });
  });

  it('streams, and learns which request of a stream failed', () => {
    expect(report['stream']).toEqual([...Array.from({ length: 20 }, (_, index) => String(index)), expect.stringContaining("'nope' is not found"), 'after']);
    expect(report['final']).toEqual(['last', true]);
  });

  it('understands refusals', () => {
    expect(report['refusals']).toEqual({
      unknown_model: ['StatusCode.NOT_FOUND', "Request for unknown model: 'nope' is not found"],
      unknown_version: ['StatusCode.NOT_FOUND', "Request for unknown model: 'mnist' version 9 is not found"],
      wrong_shape: ['StatusCode.INVALID_ARGUMENT', expect.stringContaining("unexpected shape for input '")],
      wrong_type: ['StatusCode.INVALID_ARGUMENT', expect.stringContaining("data-type is 'INT64', but model 'mnist' expects 'FP32'")],
      deadline: ['StatusCode.DEADLINE_EXCEEDED', expect.any(String)],
      log_update: ['StatusCode.UNIMPLEMENTED', expect.stringContaining('does not support dynamic logging')],
      shared_memory: ['StatusCode.UNIMPLEMENTED', expect.stringContaining('Shared memory is not supported')],
    });
  });

  it('reads statistics, unloads and loads', () => {
    expect(report).toMatchObject({ statistics: { name: 'mnist', version: '1' }, after_load: true });
    expect(report['after_unload']).not.toBe('answered');
  });
});

describe('a server that is told to stop', () => {
  it('answers the calls it has in hand before it goes', async () => {
    const thaw = freeze(stack.workers[0]!);
    const answers = [client.call<Predicted>(PREDICT, predictRequest()), client.call<Inferred>(INFER, inferRequest())];
    await until(async () => (await readMetric(stack.httpUrl, 'switchyard_rows_in_hand')) >= 2 * ROWS, { deadlineMs: 5_000, describe: 'the calls to be in hand' }).finally(thaw);
    const stopped = stack.api.stop();
    expect(await Promise.all(answers)).toHaveLength(2);
    await stopped;
    expect(await failureOf(client.call(PREDICT, predictRequest(), { deadline: Date.now() + 2_000 }))).toMatchObject({ code: status.UNAVAILABLE });
  }, 40_000);
});
