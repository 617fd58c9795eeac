import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { readTestDigits, readTestLabels } from './stack/digits.js';
import { getJson, postForm, postJson, type Answer } from './stack/http.js';
import { renderDigit } from './stack/pictures.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

interface Classification {
  readonly success: boolean;
  readonly filename: string;
  readonly prediction: number;
  readonly confidence: number;
  readonly probabilities?: readonly number[];
  readonly predictions: readonly { readonly class_id: number; readonly label: string; readonly class_name: string; readonly confidence: number; readonly probability: number; readonly confidence_percent: number }[];
  readonly inference_time_ms: number;
  readonly preprocessing_time_ms: number;
  readonly model: { readonly name: string; readonly version: string };
}

let stack: TrainedStack;
let seven: Buffer;
let label: number;

/** Elsewhere: where the images lie that are given by their URL. */
let elsewhere: Server;

beforeAll(async () => {
  stack = await startTrainedStack({ serviceEnv: { api: { URL_FETCH_ALLOW_LIST: '127.0.0.1' } } });
  const [digit] = await readTestDigits(1);
  [label] = (await readTestLabels(1)) as [number];
  seven = await renderDigit(digit!, 'black');
  elsewhere = createServer(({ url }, response) => {
    if (url === '/seven.png') response.setHeader('content-type', 'image/png').end(seven);
    else if (url === '/page') response.setHeader('content-type', 'text/html').end('<p>seven</p>');
    else if (url === '/no-image.png') response.setHeader('content-type', 'image/png').end('<svg/>');
    else response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
  });
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
}, 400_000);

afterAll(async () => {
  elsewhere?.close();
  await stack?.close();
}, 60_000);

function upload(fields: Readonly<Record<string, string>> = {}, query = ''): Promise<Answer<Classification>> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([seven]), 'seven.png');
  return postForm(`${stack.httpUrl}/predict${query}`, form);
}

async function get<Body>(path: string, accept: string): Promise<Answer<Body>> {
  const response = await fetch(`${stack.httpUrl}${path}`, { headers: { accept }, redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text) as Body };
}

describe('POST /predict with an image', () => {
  it('answers with the fields of every client: the file, the classes, the times, the model', async () => {
    const { status, body } = await upload();
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual([
      'confidence', 'filename', 'inference_time_ms', 'model', 'original_size', 'prediction', 'predictions', 'preprocessing_time_ms', 'probabilities', 'success',
    ]);
    expect(body).toMatchObject({ success: true, filename: 'seven.png', original_size: '28x28', prediction: label, model: { name: 'mnist', version: '1' } });
    expect(body.inference_time_ms).toBeGreaterThan(0);
    expect(body.preprocessing_time_ms).toBeGreaterThan(0);
    expect(body.inference_time_ms + body.preprocessing_time_ms).toBeLessThan(10_000);
  });

  it('lists the best classes first, each under all its names, in accord with the probabilities', async () => {
    const { predictions, probabilities, confidence } = (await upload()).body;
    expect(predictions.length).toBe(5);
    expect(predictions[0]).toMatchObject({ class_id: label, label: String(label), class_name: String(label), confidence });
    const best = [...probabilities!].sort((a, b) => b - a).slice(0, 5);
    expect(predictions.map(({ probability }) => probability)).toEqual(best);
    for (const { class_id, probability, confidence: same, confidence_percent } of predictions) {
      expect([probabilities![class_id], same]).toEqual([probability, probability]);
      expect(confidence_percent).toBeCloseTo(probability * 100, 2);
    }
  });

  it.each([[{ top_k: '3' }, '', 3], [{}, '?top_k=1', 1], [{ top_k: '10' }, '', 10], [{ top_k: '10' }, '?top_k=2', 2]])('answers as many classes as are asked for: %j %s', async (fields, query, count) => {
    expect((await upload(fields, query)).body.predictions.length).toBe(count);
  });

  it('leaves the row of probabilities out where it is not wanted', async () => {
    expect((await upload({ probabilities: 'false' })).body).not.toHaveProperty('probabilities');
  });

  it.each([['top_k', '0'], ['top_k', '11'], ['top_k', 'five'], ['probabilities', 'maybe']])('refuses %s=%s', async (name, value) => {
    const { status, body } = await upload({ [name]: value });
    expect([status, body]).toEqual([400, { error: expect.stringContaining(`"${name}" is "${value}"`), kind: 'invalid-input' }]);
  });
});

describe('POST /predict/url', () => {
  const classify = (path: string, options: Record<string, unknown> = {}): Promise<Answer<Classification>> =>
    postJson(`${stack.httpUrl}/predict/url`, { url: path.startsWith('/') ? `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}${path}` : path, ...options });

  it('answers as an upload of the same image is answered', async () => {
    const [{ status, body }, uploaded] = [await classify('/seven.png', { top_k: 3 }), await upload({ top_k: '3' })];
    expect(status).toBe(200);
    const times = { inference_time_ms: expect.any(Number), preprocessing_time_ms: expect.any(Number) };
    expect(body).toEqual({ ...uploaded.body, ...times });
    expect((await classify('/seven.png', { top_k: '2', model: 'mnist', probabilities: false })).body).toMatchObject({ predictions: [{ class_id: label }, {}] });
  });

  it.each<[string, string, Record<string, unknown>, [number, RegExp]]>([
    ['a page', '/page', {}, [415, /leads to "text\/html"; a picture/]],
    ['a picture that is none', '/no-image.png', {}, [415, /PNG, JPEG/]],
    ['a redirect to the metadata of a cloud', '/metadata', {}, [400, /"169\.254\.169\.254" are not fetched here/]],
    ['a host that is not listed', 'http://example.com/dog.jpg', {}, [400, /"example\.com" are not fetched here/]],
    ['this machine by another address', 'http://127.0.0.2/dog.jpg', {}, [400, /"127\.0\.0\.2" are not fetched here/]],
    ['a file of this machine', 'file:///etc/passwd', {}, [400, /"file:"; "http:" or "https:" is expected/]],
    ['no URL', 'dog.jpg', {}, [400, /"dog\.jpg" is no URL/]],
    ['an unknown model', '/seven.png', { model: 'nope' }, [404, /"nope"/]],
    ['a model that takes no images', '/seven.png', { model: 'simple_classifier' }, [400, /takes no images/]],
    ['too many classes', '/seven.png', { top_k: 11 }, [400, /"top_k" is "11"; a whole number from 1 to 10/]],
    ['half a class', '/seven.png', { top_k: 1.5 }, [400, /"top_k" is "1\.5"/]],
    ['a list of classes', '/seven.png', { top_k: [1] }, [400, /"top_k" is a list; a whole number is expected/]],
    ['a URL that is a number', '/seven.png', { url: 5 }, [400, /"url" is 5; text is expected/]],
  ])('refuses %s', async (_, path, options, [status, says]) => {
    const answer = await classify(path, options);
    expect([answer.status, answer.body]).toEqual([status, { error: expect.stringMatching(says), kind: expect.any(String) }]);
  });
});

describe('GET /redoc', () => {
  it('is a page that shows the OpenAPI document and loads nothing from elsewhere', async () => {
    const { status, headers, body } = await get<string>('/redoc', 'text/html');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(body).toContain('<redoc spec-url="/openapi.json">');
    const assets = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => asset!);
    expect(assets).toEqual(['/redoc/assets/redoc.standalone.js']);
    const bundle = await get<string>(assets[0]!, '*/*');
    expect([bundle.status, bundle.headers.get('content-type'), bundle.body.length > 500_000]).toEqual([200, expect.stringContaining('javascript'), true]);
  });

  it.each(['/redoc/assets/redoc.standalone.js.map', '/redoc/assets/', '/redoc/assets/..%2fpackage.json', '/redoc/assets/../package.json'])('serves nothing else of the package: %s', async (path) => {
    expect((await get(path, '*/*')).status).toBe(404);
  });
});

describe('GET /docs', () => {
  it.each(['/docs', '/docs/'])('is a page that tries the routes of the OpenAPI document and loads nothing from elsewhere: %s', async (path) => {
    const { status, headers, body } = await get<string>(path, 'text/html');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const assets = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => asset!);
    expect(assets).toEqual(['swagger-ui.css', 'favicon-32x32.png', 'swagger-ui-bundle.js', 'start.js'].map((file) => `/docs/assets/${file}`));
    const answers = await Promise.all(assets.map((asset) => get<string>(asset, '*/*')));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(answers[3]!.body).toContain('/openapi.json');
  });

  it.each(['/docs/assets/swagger-ui-bundle.js.map', '/docs/assets/package.json', '/docs/assets/'])('serves nothing else of the package: %s', async (path) => {
    expect((await get(path, '*/*')).status).toBe(404);
  });
});

describe('POST /retrain', () => {
  it('tells who prefers to wait what the run came to: message, accuracy, epochs', async () => {
    const { status, headers, body } = await postJson(`${stack.httpUrl}/retrain`, { model: 'simple_classifier', epochs: 4 }, { prefer: 'wait=50' });
    expect([status, body]).toEqual([200, {
      run_id: expect.stringMatching(/^simple_classifier/), pipeline: 'simple_classifier', model: 'simple_classifier', status: 'succeeded',
      message: 'Model retrained successfully', version: 2, accuracy: expect.any(Number), epochs: 4,
    }]);
    const { run_id } = body as { run_id: string };
    expect(headers.get('location')).toBe(`/runs/${run_id}`);
    expect((await getJson(`${stack.httpUrl}/runs/${run_id}`)).body).toMatchObject({ evaluation: { accuracy: (body as { accuracy: number }).accuracy } });
  }, 60_000);
});

describe('the OpenAPI document', () => {
  interface Document { readonly paths: Record<string, Record<string, { readonly responses: Record<string, { readonly content: Record<string, { readonly schema: object }> }> }>> }

  it('describes these answers as they are', async () => {
    const { body: document } = await getJson<Document>(`${stack.httpUrl}/openapi.json`);
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const answers: [string, string, Answer<unknown>][] = [
      ['post', '/predict', await upload()],
      ['post', '/predict', await upload({ top_k: '11' })],
      ['post', '/predict', await postJson(`${stack.httpUrl}/predict`, { instances: [[1, 2]] })],
      ['post', '/predict', await postJson(`${stack.httpUrl}/predict`, { inputs: [[1, 2]] })],
      ['post', '/predict/url', await postJson(`${stack.httpUrl}/predict/url`, { url: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/seven.png` })],
      ['get', '/', await get('/', '*/*')],
      ['get', '/model/info', await getJson(`${stack.httpUrl}/model/info`)],
      ['get', '/model/info', await getJson(`${stack.httpUrl}/model/info?model=nope`)],
    ];
    for (const [method, path, { status, body }] of answers) {
      const { schema } = document.paths[path]![method]!.responses[String(status)]!.content['application/json']!;
      const validate = ajv.compile({ ...schema, components: (document as { components?: object }).components });
      expect([path, status, validate(body), validate.errors]).toEqual([path, status, true, null]);
    }
  });
});

describe('GET /', () => {
  it('tells programs what there is, route by route', async () => {
    const { status, body } = await get<{ status: string; docs: string; endpoints: Record<string, string> }>('/', '*/*');
    expect([status, body]).toEqual([200, expect.objectContaining({ status: 'running', docs: '/docs', redoc: '/redoc', openapi: '/openapi.json' })]);
    expect(Object.keys(body.endpoints)).toEqual(expect.arrayContaining(['GET /', 'GET /health', 'POST /predict', 'GET /metrics', 'GET /model', 'GET /model/info']));
  });

  it('leads browsers to the documentation', async () => {
    const { status, headers } = await get('/', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8');
    expect([status, headers.get('location')]).toEqual([302, '/docs']);
  });
});

describe('GET /health', () => {
  it('says that the gateway works, that the model can be reached, and how long it has run', async () => {
    const { status, body } = await getJson(`${stack.httpUrl}/health`);
    expect([status, body]).toEqual([200, {
      status: 'healthy', service: 'api', uptime_seconds: expect.any(Number), gateway: 'operational', tf_serving: 'connected', model_loaded: true,
      model: { name: 'mnist', version: '1', state: 'AVAILABLE' },
    }]);
  });
});

describe('GET /metrics', () => {
  it('answers JSON to who asks for it: counts that grow with the requests', async () => {
    interface Statistics { requests_total: number; errors_total: number; success_rate: number; models: Record<string, unknown>[] }
    const { body: before } = await get<Statistics>('/metrics', 'application/json');
    await upload();
    await upload({ top_k: '0' });
    const { status, body } = await get<Statistics>('/metrics', 'application/json');
    expect([status, body]).toEqual([200, expect.objectContaining({
      service: 'api', model: 'mnist', model_version: '1', requests_total: before.requests_total + 2, errors_total: before.errors_total + 1,
      uptime_seconds: expect.any(Number), uptime_hours: expect.any(Number),
    })]);
    expect(body.success_rate).toBeCloseTo((100 * (body.requests_total - body.errors_total)) / body.requests_total, 2);
    expect(body.models.find(({ model }) => model === 'mnist')).toMatchObject({ version: '1', errors_total: expect.any(Number), inference_time_ms: expect.any(Number), queue_time_ms: expect.any(Number) });
  });

  it.each(['*/*', 'text/plain', 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.1'])('answers Prometheus, and who does not care, with its text: %s', async (accept) => {
    const { headers, body } = await get<string>('/metrics', accept);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body).toMatch(/^switchyard_requests_total\{.*model="mnist"/m);
  });
});

describe('the model', () => {
  it('is described at /model as TF Serving describes it', async () => {
    expect((await getJson(`${stack.httpUrl}/model`)).body).toEqual((await getJson(`${stack.httpUrl}/v1/models/mnist/metadata`)).body);
    expect((await getJson(`${stack.httpUrl}/model?model=simple_classifier`)).body).toMatchObject({ model_spec: { name: 'simple_classifier' } });
  });

  it('is described at /model/info for people: labels, shapes, and whether it is loaded', async () => {
    const { status, body } = await getJson(`${stack.httpUrl}/model/info`);
    expect([status, body]).toEqual([200, expect.objectContaining({
      name: 'mnist', version: '1', model_loaded: true, workers_serving: 1, takes_images: true, num_classes: 10, labels: expect.arrayContaining(['0', '9']),
      inputs: [expect.objectContaining({ dtype: 'float32', shape: [-1, 28, 28, 1] })], outputs: [expect.objectContaining({ shape: [-1, 10] })],
    })]);
  });

  it.each(['/model', '/model/info'])('%s says which models there are when it is asked for another', async (path) => {
    const { status, body } = await getJson(`${stack.httpUrl}${path}?model=nope`);
    expect([status, body]).toEqual([404, { error: expect.stringMatching(/"nope"; the models are: .*"mnist"/), kind: 'model-not-found' }]);
  });
});

describe('POST /retrain without a body', () => {
  // Last: the run it queues takes the machine's processors until the stack is stopped.
  it('queues a run for the model that images go to', async () => {
    const response = await fetch(`${stack.httpUrl}/retrain`, { method: 'POST', signal: AbortSignal.timeout(10_000) });
    expect([response.status, await response.json()]).toEqual([202, {
      run_id: expect.stringMatching(/^mnist/), pipeline: 'mnist', model: 'mnist', status: 'queued', message: 'A run of "mnist" is queued.',
    }]);
  });
});
