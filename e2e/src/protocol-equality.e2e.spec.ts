import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DTYPES, type Dtype, type Tensor } from '@switchyard/tensor';
import { describeWith, testPython } from '@switchyard/test-kit';
import { connectGrpc, type GrpcClient } from './grpc/grpc-client.js';
import { askInferBytes, askInferContents, askInferRaw, askTfContent, askTfValues } from './protocol-equality/ask-binary.js';
import { askInferJson, askJob, askPredict, askTfColumns, askTfRows } from './protocol-equality/ask-json.js';
import type { Ask } from './protocol-equality/asking.js';
import { AWKWARD_VALUES, NO_TEXT, ODD_NANS, bitsOf } from './protocol-equality/awkward-values.js';
import { publishEchoOf } from './protocol-equality/echo-models.js';
import { nestDigit, readTestDigits } from './stack/digits.js';
import { publishEcho } from './stack/echo-model.js';
import { getJson, inParallel, postForm, postJson } from './stack/http.js';
import { renderDigit } from './stack/pictures.js';
import { closePlainConnections, sendPlain } from './stack/plain-http.js';
import { drawPoints } from './stack/points.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const DIGITS = 10;
const POINTS = 10;
const MODELS_AT_ONCE = 4;

/** Forms whose numbers are decimal text: exact all the same, int64 beyond 2^53 included; but there is no float16, and one NaN only. */
const JSON_FORMS: readonly (readonly [string, Ask])[] = [
  ['TF Serving REST, rows', askTfRows], ['TF Serving REST, columns', askTfColumns], ['/predict', askPredict], ['/jobs', askJob], ['Open Inference REST, JSON', askInferJson],
];
/** Lacks a field for float16 only. */
const CONTENTS_FORM: readonly [string, Ask] = ['Open Inference gRPC, contents', askInferContents];
/** Forms that carry every dtype: `tensor_content` has strings in a way of TensorFlow’s own, which its users avoid. */
const BYTE_FORMS: readonly (readonly [string, Ask])[] = [['Open Inference REST, binary', askInferBytes], ['Open Inference gRPC, raw', askInferRaw]];
const TF_VALUES_FORM: readonly [string, Ask] = ['TF Serving gRPC, typed values', askTfValues];
const TF_CONTENT_FORM: readonly [string, Ask] = ['TF Serving gRPC, tensor_content', askTfContent];

const ALL_FORMS = [...JSON_FORMS, CONTENTS_FORM, ...BYTE_FORMS, TF_VALUES_FORM, TF_CONTENT_FORM];
const formsFor = (dtype: Dtype): readonly (readonly [string, Ask])[] => {
  if (dtype === 'float16') return [...BYTE_FORMS, TF_VALUES_FORM, TF_CONTENT_FORM];
  return ALL_FORMS.filter((form) => dtype !== 'string' || form !== TF_CONTENT_FORM);
};
const IN_JSON = DTYPES.filter((dtype) => dtype !== 'float16');
const NUMBERS = DTYPES.filter((dtype) => dtype !== 'string');

let stack: TrainedStack;
let client: GrpcClient;

beforeAll(async () => {
  stack = await startTrainedStack();
  client = connectGrpc(stack.grpcTarget);
  const models: [string, readonly Dtype[]][] = [['echo_json', IN_JSON], ['echo_numbers', NUMBERS], ...DTYPES.map((dtype): [string, readonly Dtype[]] => [`echo_${dtype}`, [dtype]])];
  await inParallel(models, MODELS_AT_ONCE, ([name, dtypes]) => publishEchoOf(stack, name, dtypes));
  await publishEcho(stack);
}, 400_000);

afterAll(async () => {
  closePlainConnections();
  client?.close();
  await stack?.close();
}, 60_000);

const described = (tensors: Iterable<Tensor>): object => Object.fromEntries([...tensors].map((of) => [of.dtype, { shape: of.shape, bits: bitsOf(of) }]));

async function expectEchoed(ask: Ask, model: string, inputs: readonly Tensor[]): Promise<void> {
  const answer = await ask({ stack, client, model, inputs });
  expect(described(answer.values())).toEqual(described(inputs));
}

describe('awkward values', () => {
  it.each(DTYPES.flatMap((dtype) => formsFor(dtype).map(([name, ask]) => [dtype, name, ask] as const)))('of %s come back bit by bit: %s', async (dtype, _name, ask) => {
    await expectEchoed(ask, `echo_${dtype}`, [AWKWARD_VALUES[dtype]]);
  });

  it.each([...JSON_FORMS, CONTENTS_FORM])('of every dtype but float16 come back bit by bit from one request: %s', async (_name, ask) => {
    await expectEchoed(ask, 'echo_json', IN_JSON.map((dtype) => AWKWARD_VALUES[dtype]));
  });

  it.each([...BYTE_FORMS, TF_VALUES_FORM])('of every dtype come back bit by bit from one request: %s', async (_name, ask) => {
    await expectEchoed(ask, 'echo', DTYPES.map((dtype) => AWKWARD_VALUES[dtype]));
  });

  it(`of every dtype but string come back bit by bit from one request: ${TF_CONTENT_FORM[0]}`, async () => {
    await expectEchoed(askTfContent, 'echo_numbers', NUMBERS.map((dtype) => AWKWARD_VALUES[dtype]));
  });
});

describe('what a format has no form for', () => {
  it.each([
    ['TF Serving REST, rows', askTfRows, 'to type: half'], ['TF Serving REST, columns', askTfColumns, 'to type: half'], ['/predict', askPredict, 'to type: half'], ['/jobs', askJob, 'to type: half'],
    ['Open Inference REST, JSON', askInferJson, 'receiving FP16 data via JSON is not supported'], ['Open Inference gRPC, contents', askInferContents, 'must be sent in raw_input_contents'],
  ])('is refused, not rounded: float16 in %s', async (_name, ask, words) => {
    await expect(ask({ stack, client, model: 'echo_float16', inputs: [AWKWARD_VALUES.float16] })).rejects.toThrow(words);
  });

  it('is refused, not guessed: strings in the tensor_content of TF Serving gRPC', async () => {
    await expect(askTfContent({ stack, client, model: 'echo_string', inputs: [AWKWARD_VALUES.string] })).rejects.toThrow('its elements are expected in string_val');
  });

  it.each(['int64', 'uint64'] as const)('is refused, not wrapped: an integer beyond %s in JSON', async (dtype) => {
    const beyond = dtype === 'int64' ? '9223372036854775808' : '18446744073709551616';
    const { status, text } = await sendPlain(stack.tfServingUrl, { path: `/v1/models/echo_${dtype}:predict`, body: `{"instances":[[${beyond},0]]}` });
    expect([status, text]).toEqual([400, expect.stringContaining(beyond)]);
  });

  it.each([...BYTE_FORMS, CONTENTS_FORM, TF_VALUES_FORM])('is refused, not mended: bytes that are no UTF-8 for an ONNX model, whose strings are text: %s', async (_name, ask) => {
    await expect(ask({ stack, client, model: 'echo_string', inputs: [NO_TEXT] })).rejects.toThrow('is not valid UTF-8; an ONNX model takes text.');
  });
});

describe('NaNs with bits of their own', () => {
  it.each(ODD_NANS.flatMap((input) => BYTE_FORMS.map(([name, ask]) => [input.dtype, name, ask, input] as const)))('of %s come back bit by bit where elements are bytes: %s', async (dtype, _name, ask, input) => {
    await expectEchoed(ask, `echo_${dtype}`, [input]);
  });
});

interface Rows { readonly predictions: readonly (readonly number[])[] }
interface Job { readonly status: string; readonly result: Rows | null }

/** What TF Serving's REST API answers to one row, and `ask`s of others with it: one at a time, as rows that run together may be added up in another order. */
const bits = (values: readonly number[]): readonly string[] => values.map((value) => Buffer.from(Float32Array.of(value).buffer).toString('hex'));
// One row at a time: rows that run together may be added up in another order.
const firstRow = async (answer: Promise<{ readonly body: Rows }>): Promise<readonly string[]> => bits((await answer).body.predictions[0]!);
const predicted = (model: string, row: unknown): Promise<readonly string[]> => firstRow(postJson<Rows>(`${stack.tfServingUrl}/v1/models/${model}:predict`, { instances: [row] }));
const byPredict = (model: string, row: unknown): Promise<readonly string[]> => firstRow(postJson<Rows>(`${stack.httpUrl}/predict?model=${model}`, { instances: [row] }));

async function byJob(model: string, row: unknown): Promise<readonly string[]> {
  const { body: { id } } = await postJson<{ id: string }>(`${stack.httpUrl}/jobs`, { model, instances: [row] });
  const { body: job } = await getJson<Job>(`${stack.httpUrl}/jobs/${id}?wait=20`);
  expect(job.status).toBe('succeeded');
  return bits(job.result!.predictions[0]!);
}

async function byUpload(picture: Buffer): Promise<readonly string[]> {
  const form = new FormData();
  form.append('model', 'mnist');
  form.append('file', new Blob([new Uint8Array(picture)]), 'digit.png');
  return bits((await postForm<{ probabilities: number[] }>(`${stack.httpUrl}/predict`, form)).body.probabilities);
}

describe('the bits of TF Serving’s REST answer', () => {
  it('are those of /predict and /jobs: digits', async () => {
    for (const digit of (await readTestDigits(DIGITS)).map(nestDigit)) {
      const expected = await predicted('mnist', digit);
      expect(expected).toHaveLength(10);
      expect(await byPredict('mnist', digit)).toEqual(expected);
      expect(await byJob('mnist', digit)).toEqual(expected);
    }
  }, 60_000);

  it.each(['black', 'white'] as const)('are those of an upload to /predict, the picture or its pixels: digits on %s', async (paper) => {
    for (const digit of await readTestDigits(DIGITS)) {
      const picture = await renderDigit(digit, paper);
      const expected = await predicted('mnist', { b64: picture.toString('base64') });
      expect(await byUpload(picture)).toEqual(expected);
      expect(await predicted('mnist', nestDigit(digit))).toEqual(expected);
    }
  }, 60_000);

  it('are those of /predict as JSON and as a form, and of /jobs: points', async () => {
    for (const [x1, x2] of drawPoints(POINTS)) {
      const expected = await predicted('simple_classifier', [x1, x2]);
      expect(await byPredict('simple_classifier', [x1, x2])).toEqual(expected);
      expect(await byJob('simple_classifier', [x1, x2])).toEqual(expected);
      expect(await firstRow(postForm<Rows>(`${stack.httpUrl}/predict`, new URLSearchParams({ model: 'simple_classifier', x1: String(x1), x2: String(x2) })))).toEqual(expected);
    }
  }, 60_000);
});

interface ClassificationResult { readonly classifications: readonly { readonly classes: readonly { readonly label?: string; readonly score?: number }[] }[] }
interface RegressionResult { readonly regressions: readonly { readonly value?: number }[] }
interface MultiResult { readonly results: readonly { readonly classification_result?: ClassificationResult; readonly regression_result?: RegressionResult }[] }

describe('examples over gRPC', () => {
  const SERVICE = 'tensorflow.serving.PredictionService';
  /** Of each model the name of its input, and the features of some examples. */
  const examples: Record<string, { readonly input: string; readonly features: readonly (readonly number[])[] }> = {};

  beforeAll(async () => {
    for (const [model, features] of [['mnist', await readTestDigits(3)], ['simple_classifier', drawPoints(POINTS)]] as const) {
      const { body } = await getJson<{ inputs: { name: string }[] }>(`${stack.httpUrl}/v2/models/${model}`);
      examples[model] = { input: body.inputs[0]!.name, features: features.map((row) => [...row]) };
    }
  });

  /** A whole number without a point would be an int64 feature. */
  const asFloats = (row: readonly number[]): string => `[${row.map((value) => (Number.isInteger(value) ? `${value}.0` : String(value))).join(',')}]`;

  async function byRest<Result>(model: string, method: 'classify' | 'regress'): Promise<Result> {
    const { input, features } = examples[model]!;
    const { status, body } = await postJson<{ results: Result }>(`${stack.tfServingUrl}/v1/models/${model}:${method}`, `{"examples":[${features.map((row) => `{"${input}":${asFloats(row)}}`).join(',')}]}`);
    expect(status).toBe(200);
    return body.results;
  }

  function request(model: string): { readonly model_spec: object; readonly input: object } {
    const { input, features } = examples[model]!;
    return { model_spec: { name: model }, input: { example_list: { examples: features.map((value) => ({ features: { feature: { [input]: { float_list: { value } } } } })) } } };
  }

  const scoresOf = ({ classifications }: ClassificationResult): object => classifications.map(({ classes }) => classes.map(({ label = '', score = 0 }) => [label, ...bits([score])]));
  const valuesOf = ({ regressions }: RegressionResult): readonly string[] => bits(regressions.map(({ value = 0 }) => value));
  const classified = async (model: string): Promise<object> => (await byRest<[string, number][][]>(model, 'classify')).map((classes) => classes.map(([label, score]) => [label, ...bits([score])]));
  const regressed = async (model: string): Promise<readonly string[]> => bits(await byRest<number[]>(model, 'regress'));

  it.each(['mnist', 'simple_classifier'])('have the labels and the bits of the scores that :classify answers: %s', async (model) => {
    const { result } = await client.call<{ result: ClassificationResult }>(`${SERVICE}/Classify`, request(model));
    expect(scoresOf(result)).toEqual(await classified(model));
    expect(result.classifications).toHaveLength(examples[model]!.features.length);
  });

  it('have the bits of the values that :regress answers', async () => {
    const { result } = await client.call<{ result: RegressionResult }>(`${SERVICE}/Regress`, request('simple_classifier'));
    expect(valuesOf(result)).toEqual(await regressed('simple_classifier'));
    expect(result.regressions).toHaveLength(POINTS);
  });

  it('have both from MultiInference', async () => {
    const { model_spec: spec, input } = request('simple_classifier');
    const tasks = ['tensorflow/serving/classify', 'tensorflow/serving/regress'].map((method) => ({ model_spec: spec, method_name: method }));
    const { results: [first, second] } = await client.call<MultiResult>(`${SERVICE}/MultiInference`, { tasks, input });
    expect(scoresOf(first!.classification_result!)).toEqual(await classified('simple_classifier'));
    expect(valuesOf(second!.regression_result!)).toEqual(await regressed('simple_classifier'));
  });
});

describeWith(testPython(), 'Triton’s own gRPC client', (python) => {
  it('gets every datatype back bit by bit', async () => {
    const script = fileURLToPath(new URL('../clients/triton_datatypes.py', import.meta.url));
    const report = JSON.parse(await python.run(script, [stack.grpcTarget, 'grpc'], { timeoutMs: 60_000 })) as object;
    expect(report).toEqual({ raw: Object.fromEntries(DTYPES.map((dtype) => [dtype, true])) });
  }, 70_000);
});
