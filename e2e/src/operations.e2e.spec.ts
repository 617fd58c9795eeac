import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { until } from '@switchyard/test-kit';
import { declaredRoutes } from './stack/declared-routes.js';
import { getJson, patchJson, postJson } from './stack/http.js';
import { sendPlain } from './stack/plain-http.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

/** Type aliases, since only those can be handed on as any record of values. */
type Schema = { readonly type?: string; readonly properties?: object; readonly additionalProperties?: unknown };
type Response = { readonly content?: Record<string, { readonly schema?: Schema }> };
type Operation = { readonly summary?: string; readonly operationId: string; readonly tags?: string[]; readonly responses: Record<string, Response> };
type OpenApi = { readonly openapi: string; readonly paths: Record<string, Record<string, Operation>> };

let stack: TrainedStack;

beforeAll(async () => {
  stack = await startTrainedStack();
}, 400_000);

afterAll(async () => {
  await stack?.close();
}, 60_000);

describe('every service', () => {
  const services = (): readonly { name: string; url: string }[] => stack.services;

  it('says that it lives and what it is', async () => {
    for (const { name, url } of services()) {
      const { status, body } = await getJson(`${url}/health`);
      expect([status, body]).toEqual([200, expect.objectContaining({ status: 'healthy', service: name.replace(/-\d+$/, ''), uptime_seconds: expect.any(Number) })]);
    }
  });

  it('says of each thing it needs that it has it', async () => {
    for (const { name, url } of services()) {
      const { status, body } = await getJson<{ status: string; details: Record<string, { status: string }> }>(`${url}/ready`);
      expect([name, status, body.status]).toEqual([name, 200, 'ok']);
      expect(Object.keys(body.details)).toEqual(expect.arrayContaining(['redis', 'object-store', 'draining']));
      expect(Object.values(body.details).map((check) => check.status)).toEqual(Object.keys(body.details).map(() => 'up'));
    }
    const { body } = await getJson<{ details: object }>(`${stack.httpUrl}/ready`);
    expect(Object.keys(body.details)).toContain('workers');
  });

  it('exports its metrics as Prometheus reads them, each with its name on it', async () => {
    for (const { name, url } of services()) {
      const { status, headers, body } = await getJson<string>(`${url}/metrics`);
      expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)]);
      expect(body).toMatch(new RegExp(`^process_resident_memory_bytes\\{service="${name.replace(/-\d+$/, '')}"\\} \\d+$`, 'm'));
    }
  });
});

describe('a page of another origin', () => {
  const sentence = 'Pages of other origins may not call this server; its operator names the one that may as CORS_ALLOW_ORIGIN.';
  const elsewhere = { origin: 'https://page.example', 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' };

  it.each([
    ['POST', '/v2/repository/models/mnist/unload', { error: sentence }], ['POST', '/v1/models/mnist:predict', { error: sentence }],
    ['POST', '/retrain', { error: sentence, kind: 'invalid-input' }], ['POST', '/upload', { error: sentence, kind: 'invalid-input' }],
    ['POST', '/models/mnist/versions', { error: sentence, kind: 'invalid-input' }], ['DELETE', '/uploads/u-1', { error: sentence, kind: 'invalid-input' }],
  ])('cannot have its visitors’ browsers send %s %s', async (method, path, body) => {
    const { status, text } = await sendPlain(stack.httpUrl, { method, path, headers: elsewhere, body: '{}' });
    expect([status, JSON.parse(text)]).toEqual([403, body]);
  });

  it('may be followed here, and our own pages may do anything', async () => {
    expect((await sendPlain(stack.httpUrl, { method: 'GET', path: '/docs', headers: elsewhere })).status).toBe(200);
    const own = { origin: stack.httpUrl, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    expect((await sendPlain(stack.httpUrl, { path: '/v1/models/simple_classifier:predict', headers: own, body: '{"instances": [[1.5, 2.3]]}' })).status).toBe(200);
  });
});

describe('the batching of a model', () => {
  interface Batching {
    readonly limits: Record<string, number | null>;
    readonly workers: readonly { limits: Record<string, number>; costs: readonly { rows: number; mean_ms: number }[]; reasons: Record<string, number>; last_batches: readonly { rows: number; reason: string }[] }[];
  }
  const url = (): string => `${stack.httpUrl}/models/simple_classifier/batching`;
  const worker = (is: (worker: Batching['workers'][number]) => boolean): Promise<Batching['workers'][number]> =>
    until(async () => (await getJson<Batching>(url())).body.workers.find(is), { deadlineMs: 30_000, describe: 'the report of the worker' });

  it('is explained: limits, the cost of each size, and why the last batches left', async () => {
    expect((await postJson(`${stack.httpUrl}/v1/models/simple_classifier:predict`, { instances: [[1, 2]] })).status).toBe(200);
    const { costs, reasons, last_batches: batches } = await worker(({ last_batches: ran }) => ran.length > 0);
    expect(costs.map(({ rows }) => rows)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(costs.every(({ mean_ms: meanMs }) => meanMs > 0)).toBe(true);
    expect(batches.at(-1)).toMatchObject({ rows: 1, reason: 'idle' });
    expect(reasons['idle']).toBeGreaterThan(0);
  }, 60_000);

  it('can be changed while the model serves, and goes back to what the workers were given', async () => {
    expect(await patchJson(url(), { max_batch_rows: 4, max_queue_delay_ms: 1 })).toMatchObject({ status: 200, body: { limits: { max_batch_rows: 4, max_queue_delay_ms: 1, max_queued_rows: null } } });
    await worker(({ limits }) => limits['max_batch_rows'] === 4 && limits['max_queue_delay_ms'] === 1);
    expect((await postJson(`${stack.httpUrl}/v1/models/simple_classifier:predict`, { instances: Array.from({ length: 50 }, () => [1, 2]) })).status).toBe(200);
    const { last_batches: batches } = await worker(({ last_batches: ran }) => ran.length > 10); // fifty rows are thirteen at least; two came before
    expect(Math.max(...batches.map(({ rows }) => rows))).toBeLessThanOrEqual(4);
    expect((await patchJson<Batching>(url(), { max_batch_rows: null, max_queue_delay_ms: null })).body.limits['max_batch_rows']).toBeNull();
    await worker(({ limits }) => limits['max_batch_rows'] === 64);
  }, 60_000);

  it('is not changed by what is no limit, nor for a model there is not', async () => {
    expect(await patchJson(url(), { max_batch_rows: 0 })).toMatchObject({ status: 400 });
    expect(await patchJson(url(), { batch_timeout: 5 })).toMatchObject({ status: 400 });
    expect(await patchJson(`${stack.httpUrl}/models/none/batching`, { max_batch_rows: 4 })).toMatchObject({ status: 404 });
    expect((await getJson(`${stack.httpUrl}/models/none/batching`)).status).toBe(404);
  });
});

describe('the api describes itself', () => {
  let document: OpenApi;
  beforeAll(async () => {
    document = (await getJson<OpenApi>(`${stack.httpUrl}/openapi.json`)).body;
  });

  it('in a valid OpenAPI 3 document', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect({ valid, errors }).toEqual({ valid: true });
    expect(document.openapi).toMatch(/^3\./);
  });

  it('that lists every route there is, and no other', () => {
    const listed = Object.entries(document.paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
    expect(listed.length).toBeGreaterThan(20);
    expect(listed.sort()).toEqual(declaredRoutes().sort());
  });

  it('with a sentence and an answer for each', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { summary, responses, tags }] of Object.entries(operations)) {
        expect([method, path, summary ?? '']).toEqual([method, path, expect.stringMatching(/\S/)]);
        expect([method, path, Object.keys(responses).length > 0, tags?.length]).toEqual([method, path, true, 1]);
      }
    }
  });

  it('with the members of every JSON answer that succeeds', () => {
    const answers = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.entries(responses).filter(([status]) => status.startsWith('2')).map(([status, response]) => ({ answer: `${method} ${path} ${status}`, response }))));
    expect(answers.length).toBeGreaterThan(40);
    expect(answers.filter(({ response }) => saysNothing(response)).map(({ answer }) => answer)).toEqual([]);
  });

  it('on a page to try it out, which needs nothing from elsewhere', async () => {
    const { status, headers, body } = await getJson<string>(`${stack.httpUrl}/docs`);
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    expect(body).toContain('id="swagger-ui"');
    const assets = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => asset!);
    expect(assets.length).toBeGreaterThan(2);
    for (const asset of assets) {
      expect([asset, /^(https?:)?\/\//.test(asset)]).toEqual([asset, false]);
      expect([asset, (await getJson(new URL(asset, `${stack.httpUrl}/`).href)).status]).toEqual([asset, 200]);
    }
  });

  it.each(['/health', '/ready', '/metrics', '/models', '/pipelines', '/openapi.json'])('%s is there on the port of TF Serving too', async (path) => {
    expect((await getJson(`${stack.tfServingUrl}${path}`)).status).toBe(200);
  });
});

/** An answer of which any JSON would be true. That nothing is answered must be said, with no content. */
function saysNothing({ content }: Response): boolean {
  if (content === undefined) return true;
  const { schema } = content['application/json'] ?? { schema: { type: 'string' } };
  return schema === undefined || Object.keys(schema).length === 0 || (schema.type === 'object' && schema.properties === undefined && schema.additionalProperties === undefined);
}
