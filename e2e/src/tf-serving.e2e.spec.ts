import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@switchyard/test-kit';
import { readTestDigits } from './stack/digits.js';
import { postForm } from './stack/http.js';
import { renderDigit } from './stack/pictures.js';
import { closePlainConnections, sendPlain, type PlainAnswer } from './stack/plain-http.js';
import { publishModel } from './stack/publish-model.js';
import { maxDifference } from './stack/reference-model.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';
import { ECHO, HALF_PLUS_THREE, HALF_PLUS_TWO, WEATHER } from './tf-serving/toy-models.js';

/** What `curl -d` sends: a form, it says. */
const CURL_HEADERS = { 'content-type': 'application/x-www-form-urlencoded', accept: '*/*' } as const;
const METRICS_PATH = '/monitoring/prometheus/metrics';

let stack: TrainedStack;

beforeAll(async () => {
  stack = await startTrainedStack({ serviceEnv: { api: { CORS_ALLOW_ORIGIN: '*' } } });
  for (const model of [HALF_PLUS_TWO, HALF_PLUS_THREE, ECHO, WEATHER]) await publishModel(stack, model);
}, 400_000);

afterAll(async () => {
  closePlainConnections();
  await stack?.close();
}, 60_000);

const post = (path: string, body: string | Uint8Array): Promise<PlainAnswer> => sendPlain(stack.tfServingUrl, { path, body, headers: CURL_HEADERS });
const get = (path: string): Promise<PlainAnswer> => sendPlain(stack.tfServingUrl, { method: 'GET', path });
const bodyOf = ({ text }: PlainAnswer): unknown => JSON.parse(text);

describe('the examples of TensorFlow Serving’s documentation, word for word', () => {
  it('half_plus_two predicts', async () => {
    const answer = await post('/v1/models/half_plus_two:predict', '{"instances": [1.0, 2.0, 5.0]}');
    expect([answer.status, bodyOf(answer)]).toEqual([200, { predictions: [2.5, 3, 4.5] }]);
    expect(answer.text).toBe('{"predictions":[2.5,3.0,4.5]}');
    expect(answer.headers['content-type']).toBe('application/json');
  });

  it('half_plus_three tells its state, predicts and regresses', async () => {
    const available = { version: '1', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } };
    expect(bodyOf(await get('/v1/models/saved_model_half_plus_three'))).toEqual({ model_version_status: [available] });
    expect(bodyOf(await post('/v1/models/saved_model_half_plus_three:predict', '{"instances": [1.0,2.0,5.0]}'))).toEqual({ predictions: [3.5, 4, 5.5] });
    const regressed = await post('/v1/models/saved_model_half_plus_three:regress', '{"signature_name": "tensorflow/serving/regress", "examples": [{"x": 1.0}, {"x": 2.0}]}');
    expect([regressed.status, bodyOf(regressed)]).toEqual([200, { results: [3.5, 4] }]);
  });

  it('a model that is not there is a 404 in its own words', async () => {
    const answer = await post('/v1/models/half:predict', '{"instances": [1.0,5.0]}');
    expect([answer.status, bodyOf(answer)]).toEqual([404, { error: 'Servable not found for request: Latest(half)' }]);
  });

  it('named inputs go in as rows and come out as rows', async () => {
    const answer = await post('/v1/models/Echo:predict', `{"instances": [
      {"tag": "foo", "signal": [1, 2, 3, 4, 5], "sensor": [[1, 2], [3, 4]]},
      {"tag": {"b64": "w6Q="}, "signal": [3, 4, 1, 2, 9007199254740993], "sensor": [[4, 5], [6, 8]]}]}`);
    expect(answer.text).toBe(
      '{"predictions":[{"tag_bytes":{"b64":"Zm9v"},"doubled":[2,4,6,8,10],"same":[[1.0,2.0],[3.0,4.0]]},'
      + '{"tag_bytes":{"b64":"w6Q="},"doubled":[6,8,2,4,18014398509481986],"same":[[4.0,5.0],[6.0,8.0]]}]}',
    );
  });

  it('named inputs go in as columns and come out as columns', async () => {
    const answer = await post('/v1/models/Echo:predict', '{"inputs": {"tag": ["foo", "bar"], "signal": [[1, 2, 3, 4, 5], [3, 4, 1, 2, 5]], "sensor": [[[1, 2], [3, 4]], [[4, 5], [6, 8]]]}}');
    expect(bodyOf(answer)).toEqual({
      outputs: { tag_bytes: [{ b64: 'Zm9v' }, { b64: 'YmFy' }], doubled: [[2, 4, 6, 8, 10], [6, 8, 2, 4, 10]], same: [[[1, 2], [3, 4]], [[4, 5], [6, 8]]] },
    });
  });

  it('NaN and the infinities go in and come out bare', async () => {
    const answer = await post('/v1/models/half_plus_two:predict', '{"instances": [NaN, Infinity, -Infinity, 1e-3]}');
    expect(answer.text).toBe('{"predictions":[NaN,Infinity,-Infinity,2.0005]}');
  });
});

describe('classify', () => {
  const DRY = 1 / (1 + Math.exp(-2));

  it('answers labels and scores for each example, with the context’s features in all of them', async () => {
    const answer = await post('/v1/models/weather:classify', '{"signature_name": "classify_weather", "context": {"cloud": 1}, "examples": [{"sun": 3.0}, {"sun": [1]}]}');
    const { results } = bodyOf(answer) as { results: [string, number][][] };
    expect(results.map((classes) => classes.map(([label]) => label))).toEqual([['dry', 'wet'], ['dry', 'wet']]);
    const scores = results.map((classes) => classes.map(([, score]) => score));
    expect(scores[0]![0]).toBeCloseTo(DRY, 6);
    expect(scores[0]![1]).toBeCloseTo(1 - DRY, 6);
    expect(scores[1]).toEqual([0.5, 0.5]);
  });

  it('takes our own models: a digit’s pixels as one feature', async () => {
    const metadata = bodyOf(await get('/v1/models/mnist/metadata')) as { metadata: { signature_def: { signature_def: { serving_default: { inputs: object } } } } };
    const [input] = Object.keys(metadata.metadata.signature_def.signature_def.serving_default.inputs);
    const pixels = Array.from({ length: 784 }, (_, index) => (index % 28 === 14 ? 1 : 0));
    const classified = bodyOf(await post('/v1/models/mnist:classify', JSON.stringify({ examples: [{ [input!]: pixels }] }))) as { results: [string, number][][] };
    const nested = Array.from({ length: 28 }, (_, row) => pixels.slice(row * 28, row * 28 + 28).map((pixel) => [pixel]));
    const predicted = bodyOf(await post('/v1/models/mnist:predict', JSON.stringify({ instances: [nested] }))) as { predictions: number[][] };
    expect(classified.results[0]!.map(([, score]) => score)).toEqual(predicted.predictions[0]);
  });

  it.each([
    ['weather:regress', '{"examples": [{"sun": 1, "cloud": 1}]}', 400, 'Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got [-1,2]'],
    ['weather:classify', '{"examples": [{"sun": 1}]}', 400, 'Name: <unknown>, Feature: cloud (data type: float32) is required but could not be found.'],
    ['weather:classify', '{"signature_name": "nope", "examples": [{"sun": 1}]}', 400, 'No signature was found with the name: nope'],
    ['nope:classify', '{"examples": [{"sun": 1}]}', 404, 'Servable not found for request: Latest(nope)'],
    ['weather/versions/7:classify', '{"examples": [{"sun": 1}]}', 404, 'Servable not found for request: Specific(weather, 7)'],
    ['weather/labels/nope:classify', '{"examples": [{"sun": 1}]}', 400, 'Unrecognized servable version label: nope'],
  ])('%s of %s is refused in TensorFlow Serving’s words', async (target, body, status, error) => {
    const answer = await post(`/v1/models/${target}`, body);
    expect([answer.status, bodyOf(answer)]).toEqual([status, { error }]);
  });
});

describe('pictures in base64', () => {
  it('are rows of an image model, answered as uploads are', async () => {
    const pictures = await Promise.all((await readTestDigits(3)).map((digit) => renderDigit(digit, 'white')));
    const instances = pictures.map((picture) => ({ b64: picture.toString('base64') }));
    const answer = await post('/v1/models/mnist:predict', JSON.stringify({ instances }));
    const uploads = await Promise.all(pictures.map(async (picture) => {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(picture)]), 'digit.png');
      return (await postForm<{ probabilities: number[] }>(`${stack.httpUrl}/predict`, form)).body.probabilities;
    }));
    expect(answer.status).toBe(200);
    const { predictions } = bodyOf(answer) as { predictions: number[][] };
    for (const [row, probabilities] of predictions.entries()) expect(maxDifference(probabilities, uploads[row]!)).toBeLessThanOrEqual(1e-6);
    expect(predictions).toHaveLength(3);
  });

  it('that are no pictures are refused', async () => {
    const answer = await post('/v1/models/mnist:predict', '{"instances": [{"b64": "bm8gcGljdHVyZQ=="}]}');
    expect([answer.status, Object.keys(bodyOf(answer) as object)]).toEqual([400, ['error']]);
  });
});

describe('names', () => {
  it.each(['/V1/MODELS/half_plus_two:PREDICT', '/v1/models/half%5Fplus_two:predict?x=1', '/v1/models/half_plus_two/Versions/1:predict', '/v1/models/half_plus_two/LABELS/champion:predict'])(
    '%s finds the model', async (path) => {
      expect((await post(path, '{"instances": [2]}')).text).toBe('{"predictions":[3.0]}');
    });

  it('of models are told apart by their case', async () => {
    expect((await get('/v1/models/Echo')).status).toBe(200);
    const other = await get('/v1/models/echo');
    expect([other.status, bodyOf(other)]).toEqual([404, { error: 'Could not find any versions of model echo' }]);
  });

  it.each(['classify_weather', 'serving_default', ''])('of the signature: "%s" is the one there is', async (name) => {
    const answer = await post('/v1/models/weather:predict', JSON.stringify({ signature_name: name, instances: [{ sun: [1], cloud: [1] }] }));
    expect(answer.text).toBe('{"predictions":[[0.5,0.5]]}');
  });

  it('of a signature there is not: 400', async () => {
    const answer = await post('/v1/models/weather:predict', '{"signature_name": "train", "instances": [{"sun": [1], "cloud": [1]}]}');
    expect([answer.status, bodyOf(answer)]).toEqual([400, { error: 'Serving signature name: "train" not found in signature def' }]);
  });

  it('lead to the state and the metadata of a version by number and by label', async () => {
    expect(bodyOf(await get('/v1/models/weather/labels/champion'))).toEqual(bodyOf(await get('/v1/models/weather/versions/1')));
    const metadata = bodyOf(await get('/v1/models/weather/labels/champion/metadata'));
    expect(metadata).toEqual(bodyOf(await get('/v1/models/weather/versions/1/metadata')));
    expect(metadata).toMatchObject({
      model_spec: { name: 'weather', signature_name: '', version: '1' },
      metadata: { signature_def: { signature_def: { classify_weather: { method_name: 'tensorflow/serving/classify', outputs: { scores: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: '-1', name: '' }, { size: '2', name: '' }], unknown_rank: false } } } } } } },
    });
  });
});

describe('the state of a model with two versions', () => {
  const states = async (path: string): Promise<string[]> =>
    (bodyOf(await get(path)) as { model_version_status: { version: string; state: string }[] }).model_version_status.map(({ version, state }) => `${version} ${state}`);

  it('lists both, the newest first, while previous keeps the first', async () => {
    await publishModel(stack, { ...HALF_PLUS_TWO, metrics: { note: 1 } });
    expect(await states('/v1/models/half_plus_two')).toEqual(['2 AVAILABLE', '1 AVAILABLE']);
  }, 60_000);

  it('tells of a version that nothing points to any more that it is going or gone', async () => {
    await publishModel(stack, { ...HALF_PLUS_TWO, metrics: { note: 2 } });
    await until(async () => (await states('/v1/models/half_plus_two')).includes('3 AVAILABLE'), { deadlineMs: 10_000, describe: 'version 3 to be available' });
    expect((await states('/v1/models/half_plus_two/versions/1'))[0]).toMatch(/^1 (UNLOADING|END)$/);
    expect(await states('/v1/models/half_plus_two')).toEqual(expect.arrayContaining(['3 AVAILABLE', '2 AVAILABLE']));
  }, 60_000);
});

describe('the page for Prometheus', () => {
  it('counts calls and refusals, times them, and tells the batches and the warm-ups, under TensorFlow Serving’s names', async () => {
    const before = samplesOf((await get(METRICS_PATH)).text);
    for (let call = 0; call < 3; call++) await post('/v1/models/half_plus_two:predict', '{"instances": [1, 2]}');
    await post('/v1/models/half_plus_two:predict', '{"instances": []}');
    await post('/v1/models/weather:classify', '{"examples": [{"sun": 1, "cloud": 1}]}');
    const answer = await get(METRICS_PATH);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, expect.stringContaining('text/plain')]);
    const after = samplesOf(answer.text);
    const grown = (series: string): number => (after.get(series) ?? NaN) - (before.get(series) ?? 0);
    expect(grown(':tensorflow:serving:request_count{model_name="half_plus_two",status="OK"}')).toBe(3);
    expect(grown(':tensorflow:serving:request_count{model_name="half_plus_two",status="INVALID_ARGUMENT"}')).toBe(1);
    expect(grown(':tensorflow:serving:request_latency_count{model_name="half_plus_two",API="predict",entrypoint="REST"}')).toBe(3);
    expect(grown(':tensorflow:serving:request_latency_count{model_name="weather",API="classify",entrypoint="REST"}')).toBe(1);
    expect(grown(':tensorflow:serving:runtime_latency_count{model_name="half_plus_two",API="Predict",runtime="switchyard"}')).toBe(3);
    expect(grown(':tensorflow:serving:runtime_latency_sum{model_name="half_plus_two",API="Predict",runtime="switchyard"}')).toBeGreaterThan(0);
    expect(grown(':tensorflow:serving:batching_session:input_batch_size_sum{model_name="half_plus_two"}')).toBe(6);
    // A batch may be filled up with rows where that pays; what is left are the 7 rows of the 4 calls.
    const total = (samples: ReadonlyMap<string, number>, name: string): number => [...samples].reduce((sum, [series, value]) => (series.startsWith(`${name}{`) ? sum + value : sum), 0);
    const [processed, padding] = ['processed_batch_size_sum', 'padding_size_sum'].map((name) => total(after, `:tensorflow:serving:batching_session:${name}`) - total(before, `:tensorflow:serving:batching_session:${name}`));
    expect(processed! - padding!).toBe(7);
    expect(grown(':tensorflow:serving:batching_session:queuing_latency_count{thread_pool_name="half_plus_two"}')).toBe(3);
    expect(after.get(':tensorflow:serving:model_warmup_latency_count{model_path="models/weather/versions/1",status="OK"}')).toBe(1);
    expect(after.get(':tensorflow:serving:model_warmup_latency_sum{model_path="models/weather/versions/1",status="OK"}')).toBeGreaterThan(0);
  });

  it('has no series for models that do not exist', async () => {
    await post('/v1/models/invented:predict', '{"instances": [1]}');
    expect((await get(METRICS_PATH)).text).not.toContain('invented');
  });
});

describe('packed bodies', () => {
  const packed = (body: Uint8Array, encoding = 'gzip'): Promise<PlainAnswer> =>
    sendPlain(stack.tfServingUrl, { path: '/v1/models/half_plus_two:predict', body, headers: { ...CURL_HEADERS, 'content-encoding': encoding } });

  it.each([['gzip', gzipSync], ['deflate', deflateSync]] as const)('are unpacked: %s', async (encoding, pack) => {
    expect((await packed(pack('{"instances": [2]}'), encoding)).text).toBe('{"predictions":[3.0]}');
  });

  it('that unpack to more than is accepted are refused', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    expect(bomb.byteLength).toBeLessThan(300 * 1024);
    const answer = await packed(bomb);
    expect([answer.status, bodyOf(answer)]).toEqual([413, { error: expect.stringMatching(/larger than the \d+ bytes that are accepted/) }]);
  });

  it.each([['gzip', 400], ['br', 400]])('that are not what %s is are refused', async (encoding, status) => {
    const answer = await packed(Buffer.from('{"instances": [2]}'), encoding);
    expect([answer.status, Object.keys(bodyOf(answer) as object)]).toEqual([status, ['error']]);
  });
});

describe('pages of other origins', () => {
  it('are told that they may call', async () => {
    const answer = await sendPlain(stack.tfServingUrl, { path: '/v1/models/half_plus_two:predict', body: '{"instances": [2]}', headers: { origin: 'https://page.example' } });
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*', 'access-control-allow-methods': 'POST, GET', 'access-control-allow-headers': expect.stringMatching(/^Content-Type, /) });
  });

  it('may ask beforehand', async () => {
    const headers = { origin: 'https://page.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
    const answer = await sendPlain(stack.tfServingUrl, { method: 'OPTIONS', path: '/v1/models/half_plus_two:predict', headers });
    expect([answer.status, answer.text, answer.headers['access-control-allow-origin']]).toEqual([200, '', '*']);
    expect((await sendPlain(stack.tfServingUrl, { method: 'OPTIONS', path: '/v1/models/half_plus_two:predict' })).status).toBe(400);
  });
});

/** The samples of a page by their name and labels. */
function samplesOf(page: string): Map<string, number> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}
