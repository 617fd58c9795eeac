import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { apiConfigSchema } from '../api.config.js';
import { allowCors } from './cors.js';

const PAGE = 'https://page.example';
const SWITCHED_OFF = '';

interface Sent {
  readonly method?: 'GET' | 'POST' | 'OPTIONS';
  readonly url?: string;
  readonly headers?: Record<string, string>;
}

async function answerTo(allowOrigin: string, { method = 'GET', url = '/models', headers = {} }: Sent = {}) {
  const app = fastify();
  allowCors(app, allowOrigin);
  app.get('/*', () => 'done');
  return app.inject({ method, url, headers: { origin: PAGE, ...headers } });
}

/** What a browser asks before it sends a request that no form could. */
const preflight = (method: string, url: string, headers: string): Sent =>
  ({ method: 'OPTIONS', url, headers: { 'access-control-request-method': method, 'access-control-request-headers': headers } });

/** The names in a header that lists some, in lower case, in which browsers ask for them. */
const listIn = (header: unknown): string[] => String(header).toLowerCase().split(', ');

describe('allowCors', () => {
  it('says nothing and answers no preflight when it is switched off, as it is by default', async () => {
    expect(apiConfigSchema.shape.CORS_ALLOW_ORIGIN.parse(undefined)).toBe(SWITCHED_OFF);
    const answer = await answerTo(SWITCHED_OFF);
    expect([answer.body, Object.keys(answer.headers).filter((name) => /^(access-control-|vary$)/.test(name))]).toEqual(['done', []]);
    expect((await answerTo(SWITCHED_OFF, preflight('POST', '/jobs', 'content-type'))).statusCode).toBe(404);
  });

  it('allows one origin, and tells caches that another would be answered otherwise', async () => {
    expect((await answerTo(PAGE)).headers).toMatchObject({ 'access-control-allow-origin': PAGE, vary: 'Origin' });
    expect((await answerTo(PAGE, { headers: { origin: 'https://other.example' } })).headers).toMatchObject({ 'access-control-allow-origin': PAGE });
  });

  it('allows any origin', async () => {
    const { headers } = await answerTo('*');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers).not.toHaveProperty('vary');
  });

  it.each([
    ['the change of a model’s batching', 'PATCH', '/models/m/batching', ['content-type']],
    ['binary tensors, packed', 'POST', '/v2/models/m/infer', ['content-encoding', 'content-type', 'inference-header-content-length']],
    ['a job that is sent once and waited for', 'POST', '/jobs', ['content-type', 'idempotency-key', 'prefer']],
    ['a prediction that is soon of no use', 'POST', '/v1/models/m:predict', ['content-type', 'x-priority', 'x-request-id', 'x-timeout-ms']],
  ])('lets a browser send %s', async (_what, method, url, names) => {
    const { statusCode, body, headers } = await answerTo('*', preflight(method, url, names.join()));
    expect([statusCode, body]).toEqual([200, '']);
    expect(listIn(headers['access-control-allow-methods'])).toContain(method.toLowerCase());
    expect(listIn(headers['access-control-allow-headers'])).toEqual(expect.arrayContaining(names));
  });

  it('lets a page read where the tensors of a binary answer begin, and what became of its job', async () => {
    const { headers } = await answerTo('*');
    expect(listIn(headers['access-control-expose-headers'])).toEqual(expect.arrayContaining(['inference-header-content-length', 'location', 'retry-after', 'idempotent-replayed']));
  });

  it('allows under /v1 the methods TensorFlow Serving allows', async () => {
    expect((await answerTo('*', { url: '/v1/models/m' })).headers['access-control-allow-methods']).toBe('POST, GET');
  });

  it('leaves to its route an OPTIONS that no browser asks', async () => {
    expect((await answerTo('*', { method: 'OPTIONS', headers: { origin: 'null' } })).statusCode).toBe(404);
  });
});
