import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Lifetime, createLogger } from '@switchyard/service-runtime';
import type { FetchedFile, UrlFetcher } from '@switchyard/url-fetch';
import { apiConfigSchema } from '../api.config.js';
import { createUrlFetcher } from './create-url-fetcher.js';

const PICTURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
/** Cannot be reached, and need not be: it is refused before anything is connected to. */
const METADATA = 'http://169.254.169.254/latest/meta-data/';
const REFUSED = 'are not fetched here; a public host that the server\'s operator allows is expected.';

let server: Server;
let port: number;
let connections: number;
let lifetime: Lifetime;

beforeAll(async () => {
  server = createServer(({ url }, response) => response.setHeader('content-type', 'image/png').end(url === '/large.png' ? Buffer.alloc(1_025) : PICTURE));
  server.on('connection', () => connections++);
  // All addresses of this machine, so that "localhost" leads here whatever it resolves to.
  server.listen(0);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

beforeEach(() => {
  connections = 0;
  lifetime = new Lifetime(createLogger('test', 'silent'), 5_000);
});

afterEach(() => lifetime.onApplicationShutdown());

/** As the api makes it of such an environment. */
function fetcherOf(environment: Readonly<Record<string, string>>): UrlFetcher | null {
  return createUrlFetcher(apiConfigSchema.parse({ OBJECT_STORE_URL: 'file:///objects', ...environment }), lifetime);
}

function fetched(environment: Readonly<Record<string, string>>, url: string): Promise<FetchedFile> {
  const fetcher = fetcherOf(environment);
  return fetcher === null ? Promise.reject(new Error('There is no fetcher.')) : fetcher.fetch(url);
}

const refusal = (message: unknown): unknown => expect.objectContaining({ name: 'ServingError', kind: 'invalid-input', message });

describe('createUrlFetcher', () => {
  it.each([[{}], [{ ALLOW_URL_FETCH: '0' }], [{ URL_FETCH_ALLOW_LIST: ' , ' }]])('makes none of %j: images are fetched only where the operator says so', (environment) => {
    expect(fetcherOf(environment)).toBeNull();
  });

  it.each(['true', 'yes', '', '2'])('takes ALLOW_URL_FETCH="%s" neither for yes nor for no', (value) => {
    expect(() => fetcherOf({ ALLOW_URL_FETCH: value })).toThrow('ALLOW_URL_FETCH');
  });

  it.each(['localhost', 'LOCALHOST.'])('asks the name servers for %s, and connects to nothing of this machine, with ALLOW_URL_FETCH=1', async (host) => {
    const said = expect.stringMatching(/^(The host "localhost" of the URL cannot be found\.|URLs at "localhost" are not fetched here; .*\.)$/);
    await expect(fetched({ ALLOW_URL_FETCH: '1' }, `http://${host}:${port}/dog.png`)).rejects.toEqual(refusal(said));
    expect(connections).toBe(0);
  });

  it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '0x7f.1'])('connects to no %s with ALLOW_URL_FETCH=1', async (host) => {
    await expect(fetched({ ALLOW_URL_FETCH: '1' }, `http://${host}:${port}/dog.png`)).rejects.toEqual(refusal(expect.stringContaining(REFUSED)));
    expect(connections).toBe(0);
  });

  it('refuses a cloud’s metadata with ALLOW_URL_FETCH=1, and with a list that names another host', async () => {
    const refused = refusal(`URLs at "169.254.169.254" ${REFUSED}`);
    await expect(fetched({ ALLOW_URL_FETCH: '1' }, METADATA)).rejects.toEqual(refused);
    await expect(fetched({ ALLOW_URL_FETCH: '1', URL_FETCH_ALLOW_LIST: '127.0.0.1' }, METADATA)).rejects.toEqual(refused);
    await expect(fetched({ URL_FETCH_ALLOW_LIST: '127.0.0.1' }, METADATA)).rejects.toEqual(refused);
  });

  it('fetches from an address that is listed, with ALLOW_URL_FETCH and without', async () => {
    for (const ALLOW_URL_FETCH of ['0', '1']) {
      expect(await fetched({ ALLOW_URL_FETCH, URL_FETCH_ALLOW_LIST: '127.0.0.1' }, `http://127.0.0.1:${port}/dog.png`)).toEqual({ bytes: PICTURE, filename: 'dog.png' });
    }
    expect(connections).toBe(2);
  });

  it('accepts no more bytes than an upload may have', async () => {
    const environment = { URL_FETCH_ALLOW_LIST: '127.0.0.1', MAX_UPLOAD_SIZE: '1024' };
    await expect(fetched(environment, `http://127.0.0.1:${port}/large.png`)).rejects.toEqual(expect.objectContaining({ kind: 'payload-too-large', message: expect.stringContaining('1024 bytes') }));
  });

  it('ends with the service that owns it', async () => {
    const fetcher = fetcherOf({ URL_FETCH_ALLOW_LIST: '127.0.0.1' })!;
    await lifetime.onApplicationShutdown();
    await expect(fetcher.fetch(`http://127.0.0.1:${port}/dog.png`)).rejects.toEqual(expect.objectContaining({ kind: 'cancelled' }));
    expect(connections).toBe(0);
  });
});
