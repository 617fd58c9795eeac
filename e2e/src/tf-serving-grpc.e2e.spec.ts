import { status, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectGrpc, type GrpcClient } from './grpc/grpc-client.js';
import { getJson } from './stack/http.js';
import { publishModel } from './stack/publish-model.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';
import { HALF_PLUS_TWO, WEATHER } from './tf-serving/toy-models.js';

const PREDICTION = 'tensorflow.serving.PredictionService';
const MODELS = 'tensorflow.serving.ModelService';
const CLASSIFY = 'tensorflow/serving/classify';
const REGRESS = 'tensorflow/serving/regress';
const ROWS = 3;

let stack: TrainedStack;
let client: GrpcClient;

beforeAll(async () => {
  stack = await startTrainedStack();
  for (const model of [HALF_PLUS_TWO, WEATHER]) await publishModel(stack, model);
  client = connectGrpc(stack.grpcTarget);
}, 400_000);

afterAll(async () => {
  client?.close();
  await stack?.close();
}, 60_000);

const feature = (value: number): object => ({ float_list: { value: [value] } });
const input = (...names: string[]): object => ({ example_list: { examples: [{ features: { feature: Object.fromEntries(names.map((name) => [name, feature(1)])) } }] } });
const weather = (signature_name: string): object => ({ model_spec: { name: 'weather', signature_name }, input: input('sun', 'cloud') });
const task = (signature_name: string, method_name: string): object => ({ tasks: [{ model_spec: { name: 'weather', signature_name }, method_name }], input: input('sun', 'cloud') });
const specOf = (spec: object): object => ({ model_spec: spec, metadata_field: ['signature_def'] });
const configOf = (model: object): object => ({ config: { model_config_list: { config: [model] } } });

describe('a signature of examples', () => {
  it.each(['', 'serving_default', 'classify_weather', CLASSIFY])('may be named "%s"', async (name) => {
    const { result } = await client.call<{ result: { classifications: { classes: object[] }[] } }>(`${PREDICTION}/Classify`, weather(name));
    expect(result.classifications[0]!.classes).toEqual([{ label: 'dry', score: 0.5 }, { label: 'wet', score: 0.5 }]);
    expect(await client.call(`${PREDICTION}/MultiInference`, task(name, CLASSIFY))).toMatchObject({ results: [{ classification_result: result }] });
  });

  it('may be named as the method that regresses', async () => {
    const request = { model_spec: { name: 'half_plus_two', signature_name: REGRESS }, input: input('x') };
    expect(await client.call(`${PREDICTION}/Regress`, request)).toMatchObject({ result: { regressions: [{ value: 2.5 }] } });
  });
});

describe('a refusal in TensorFlow Serving’s words', () => {
  it.each([
    ['Classify', weather('nope'), 'INVALID_ARGUMENT', 'No signature was found with the name: nope'],
    ['Classify', weather(REGRESS), 'INVALID_ARGUMENT', `No signature was found with the name: ${REGRESS}`],
    ['Regress', weather('nope'), 'INVALID_ARGUMENT', 'No signature was found with the name: nope'],
    ['MultiInference', task('nope', CLASSIFY), 'INVALID_ARGUMENT', 'Requested signature not found in model graph: nope'],
    ['MultiInference', task('', 'nope'), 'UNIMPLEMENTED', 'Unsupported signature method_name: nope'],
    ['GetModelMetadata', specOf({ name: 'nope' }), 'NOT_FOUND', 'Servable not found for request: Latest(nope)'],
    ['GetModelMetadata', specOf({ name: 'weather', version: { value: 9 } }), 'NOT_FOUND', 'Servable not found for request: Specific(weather, 9)'],
    ['GetModelMetadata', specOf({ name: 'weather', version_label: 'nope' }), 'INVALID_ARGUMENT', 'Unrecognized servable version label: nope'],
  ])('is what %s answers to %j', async (method, request, code, details) => {
    expect(await refusalOf(client.call(`${PREDICTION}/${method}`, request))).toEqual({ code, details });
  });

  it.each([
    [{ name: 'nope' }, 'NOT_FOUND', 'Could not find any versions of model nope'],
    [{ name: 'weather', version: { value: 9 } }, 'NOT_FOUND', 'Could not find version 9 of model weather'],
    [{ name: 'weather', version_label: 'nope' }, 'INVALID_ARGUMENT', 'Unrecognized servable version label: nope'],
  ])('is what GetModelStatus answers to %j', async (spec, code, details) => {
    expect(await refusalOf(client.call(`${MODELS}/GetModelStatus`, { model_spec: spec }))).toEqual({ code, details });
  });
});

describe('a configuration', () => {
  it.each([
    [{ base_path: '/models/weather' }, 'a base_path; models are published to the registry'],
    [{ model_version_policy: { all: {} } }, 'a model_version_policy; served are the versions that aliases point to'],
  ])('that would change what the registry decides is refused: %j', async (part, reason) => {
    expect(await refusalOf(client.call(`${MODELS}/HandleReloadConfigRequest`, configOf({ name: 'weather', version_labels: { stable: 1 }, ...part })))).toEqual({
      code: 'INVALID_ARGUMENT', details: `The configuration of model "weather" gives ${reason}, and only version_labels can be reloaded.`,
    });
  });
});

describe('the state of a model', () => {
  it.each([['weather', {}], ['weather/versions/1', { version: { value: '1' } }], ['weather/labels/champion', { version_label: 'champion' }]])('is what REST tells of %s', async (path, choice) => {
    const { body } = await getJson<{ model_version_status: { version: string; state: string }[] }>(`${stack.tfServingUrl}/v1/models/${path}`);
    const answer = await client.call<typeof body>(`${MODELS}/GetModelStatus`, { model_spec: { name: 'weather', ...choice } });
    expect(answer.model_version_status.map(({ version, state }) => ({ version, state }))).toEqual([{ version: '1', state: 'AVAILABLE' }]);
    expect(body.model_version_status).toMatchObject(answer.model_version_status.map(({ version, state }) => ({ version, state })));
  });
});

describe('TensorFlow Serving’s figures', () => {
  it.each(['Predict', 'Regress'])('count a %s with its rows, the model’s run and its wait, as those over REST', async (method) => {
    const before = await samples();
    await client.call(`${PREDICTION}/${method}`, method === 'Predict' ? predictRequest() : { model_spec: { name: 'half_plus_two' }, input: input('x') });
    const after = await samples();
    const grown = (series: string): number => (after.get(`:tensorflow:serving:${series}`) ?? NaN) - (before.get(`:tensorflow:serving:${series}`) ?? 0);
    expect(grown('request_count{model_name="half_plus_two",status="OK"}')).toBe(1);
    expect(grown(`request_latency_count{model_name="half_plus_two",API="${method}",entrypoint="GRPC"}`)).toBe(1);
    expect(grown(`runtime_latency_count{model_name="half_plus_two",API="${method}",runtime="switchyard"}`)).toBe(1);
    expect(grown('batching_session:queuing_latency_count{thread_pool_name="half_plus_two"}')).toBe(1);
    expect(grown('batching_session:input_batch_size_sum{model_name="half_plus_two"}')).toBe(method === 'Predict' ? ROWS : 1);
  });
});

function predictRequest(): object {
  return { model_spec: { name: 'half_plus_two' }, inputs: { x: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: ROWS }] }, float_val: [1, 2, 5] } } };
}

async function refusalOf(call: Promise<unknown>): Promise<object> {
  const error = await call.then(() => Promise.reject(new Error('It was answered.')), (failure: ServiceError) => failure);
  return { code: status[error.code], details: error.details };
}

/** The samples of TensorFlow Serving's page for Prometheus by their name and labels. */
async function samples(): Promise<Map<string, number>> {
  const page = await (await fetch(`${stack.tfServingUrl}/monitoring/prometheus/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}
