import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { refuseCrossOrigin } from './refuse-cross-origin.js';

async function statusOf(headers: Record<string, string>, { allowOrigin = '', method = 'POST' as 'POST' | 'GET' | 'DELETE' } = {}): Promise<number> {
  const app = fastify();
  refuseCrossOrigin(app, allowOrigin);
  app.setErrorHandler((error: { getStatus?(): number }, _request, reply) => void reply.status(error.getStatus?.() ?? 500).send());
  app.route({ method: ['GET', 'POST', 'DELETE'], url: '/', handler: () => 'done' });
  const { statusCode } = await app.inject({ method, url: '/', headers: { host: 'yard.example:8000', ...headers } });
  return statusCode;
}

describe('refuseCrossOrigin', () => {
  it.each<[string, Record<string, string>]>([
    ['a program that is no browser', {}],
    ['a page of this server', { 'sec-fetch-site': 'same-origin', origin: 'https://public.example' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['a page of this server in an old browser', { origin: 'http://yard.example:8000' }],
  ])('lets %s in', async (_, headers) => {
    expect(await statusOf(headers)).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['of another host of the same site', { 'sec-fetch-site': 'same-site', origin: 'http://other.example' }],
    ['of another port, in an old browser', { origin: 'http://yard.example:9000' }],
    ['without an origin of its own', { origin: 'null' }],
    ['that hides its origin', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses what a page %s sends, unless it only asks or any page may call', async (_, headers) => {
    expect(await statusOf(headers)).toBe(403);
    expect(await statusOf(headers, { method: 'DELETE' })).toBe(403);
    expect(await statusOf(headers, { method: 'GET' })).toBe(200);
    expect(await statusOf(headers, { allowOrigin: '*' })).toBe(200);
  });

  it('lets in the one origin that is allowed', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://app.example.com' };
    expect(await statusOf(headers, { allowOrigin: 'https://app.example.com' })).toBe(200);
    expect(await statusOf(headers, { allowOrigin: 'https://app.example.org' })).toBe(403);
  });
});
