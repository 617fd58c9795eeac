import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { parseResourcePath } from '@switchyard/protocol-tf-serving';
import { pathOf } from './path-of.js';
import { routedUrl } from './routed-url.js';

describe('routedUrl', () => {
  it.each([
    ['/v1/models/m', '/v1/models/m'],
    ['/V1/Models/HalfPlusTwo/METADATA', '/v1/models/halfplustwo/metadata'],
    ['/v1/models/M:PREDICT?Verbose=True', '/v1/models/m:predict?verbose=true'],
    ['/V1/', '/v1/'],
  ])('puts %s, a path of TensorFlow Serving’s, in lower case', (url, routed) => {
    expect(routedUrl(url)).toBe(routed);
  });

  it.each(['/', '/V1', '/V10/Models', '/V2/Models/M', '/v2/models/M/infer', '/Models/M', '/models/v1/M', ''])('leaves "%s" as it is: case counts there', (url) => {
    expect(routedUrl(url)).toBe(url);
  });

  it.each([
    ['/V1/Models/HalfPlusTwo/METADATA', { route: '/v1/models/:name/metadata', name: 'HalfPlusTwo', resource: 'metadata', choice: undefined }],
    ['/V1/MODELS/HalfPlusTwo', { route: '/v1/models/:name', name: 'HalfPlusTwo', resource: 'status', choice: undefined }],
    ['/v1/models/HalfPlusTwo/Versions/2/Metadata?X=1', { route: '/v1/models/:name/versions/:version/metadata', name: 'HalfPlusTwo', resource: 'metadata', choice: { version: 2 } }],
    ['/v1/models/HalfPlusTwo/LABELS/Canary', { route: '/v1/models/:name/labels/:label', name: 'HalfPlusTwo', resource: 'status', choice: { alias: 'Canary' } }],
  ])('takes GET %s to its route, where the names it holds are still as they came', async (url, found) => {
    const app = fastify({ rewriteUrl: ({ url: asked = '/' }) => routedUrl(asked) });
    for (const path of ['/v1/models/:name', '/v1/models/:name/metadata', '/v1/models/:name/versions/:version/metadata', '/v1/models/:name/labels/:label']) {
      app.get(path, (request) => ({ route: path, ...parseResourcePath(pathOf(request)) }));
    }
    expect((await app.inject({ method: 'GET', url })).json()).toEqual(found);
  });
});
