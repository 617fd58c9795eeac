import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseAllowList } from './allow-list.js';
import { UrlFetcher, type UrlFetcherOptions } from './url-fetcher.js';

const PICTURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
const MAX_BYTES = 10_000;

let server: Server;
let port: number;
/** What the server does with the next requests; each test sets it. */
let answer: RequestListener;
let requests: IncomingMessage[];
/** The addresses at which this server was connected to. */
let connections: (string | undefined)[];
const open: UrlFetcher[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('connection', (socket) => connections.push(socket.localAddress));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

beforeEach(() => {
  requests = [];
  connections = [];
  answer = (_request, response) => response.setHeader('content-type', 'image/png').end(PICTURE);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((fetcher) => fetcher.close()));
});

/** Trusts this test's own server by its address; every name resolves to what `resolve` says. */
function fetcher(options: Partial<UrlFetcherOptions> = {}): UrlFetcher {
  const made = new UrlFetcher({
    allowAnyPublicHost: true, allowList: parseAllowList('127.0.0.1'), resolve: () => Promise.resolve(['127.0.0.1']), maxBytes: MAX_BYTES, timeoutMs: 5_000, ...options,
  });
  open.push(made);
  return made;
}

const at = (path: string, host = '127.0.0.1'): string => `http://${host}:${port}${path}`;
const refusal = (kind: string, message: RegExp | string) => expect.objectContaining({ kind, message: typeof message === 'string' ? message : expect.stringMatching(message) });
const NOT_FETCHED = refusal('invalid-input', /^URLs at ".*" are not fetched here; a public host that the server's operator allows is expected\.$/);

describe('UrlFetcher', () => {
  it('fetches a picture, by address and by name, and says what it is called', async () => {
    await expect(fetcher().fetch(at('/a/dog%20one.png?size=1#x'))).resolves.toEqual({ bytes: PICTURE, filename: 'dog one.png' });
    await expect(fetcher().fetch(at('/', 'pictures.example'))).resolves.toEqual({ bytes: PICTURE, filename: '' });
    expect(requests.map(({ url, headers }) => [url, headers.host])).toEqual([['/a/dog%20one.png?size=1', `127.0.0.1:${port}`], ['/', `pictures.example:${port}`]]);
  });

  it('sends nothing along: no cookies, no credentials, no wish for compression', async () => {
    await fetcher().fetch(at('/a.png'));
    expect(Object.keys(requests[0]!.headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
    expect(requests[0]!.headers).toMatchObject({ 'accept-encoding': 'identity', connection: 'close' });
  });

  it.each([
    ['ftp://example.com/a.png', /begins with "ftp:"; "http:" or "https:" is expected/], ['file:///etc/passwd', /begins with "file:"/], ['data:image/png;base64,AAAA', /begins with "data:"/],
    ['javascript:alert(1)', /begins with/], ['/a.png', /is no URL/], ['http://', /is no URL/], ['', /is no URL/], [`http://example.com/${'a'.repeat(2_048)}`, /at most 2048 are accepted/],
    ['http://user@example.com/a.png', /user name or a password/], ['http://:secret@example.com/a.png', /user name or a password/],
  ])('refuses %s before asking anybody', async (url, message) => {
    await expect(fetcher().fetch(url)).rejects.toEqual(refusal('invalid-input', message));
  });

  it.each([
    'http://127.0.0.2/', 'http://127.1/', 'http://2130706434/', 'http://0x7f000002/', 'http://0177.0.0.2/', 'http://[::1]/', 'http://[::ffff:7f00:2]/', 'http://0/',
    'http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/', 'http://10.0.0.1/', 'http://192.168.0.1/', 'http://100.64.0.1/', 'http://224.0.0.1/',
  ])('refuses %s: it is written as an address, so no look-up stands between', async (url) => {
    await expect(fetcher({ allowList: parseAllowList('') }).fetch(url)).rejects.toEqual(NOT_FETCHED);
  });

  it.each([['127.0.0.2'], ['169.254.169.254'], ['::1'], ['::ffff:10.0.0.1'], ['100.64.0.1']])('refuses a name that leads to %s, also beside a good address', async (address) => {
    for (const addresses of [[address], ['127.0.0.1', address], [address, '93.184.216.34']]) {
      await expect(fetcher({ resolve: () => Promise.resolve(addresses) }).fetch(at('/', 'evil.example'))).rejects.toEqual(NOT_FETCHED);
    }
    expect(connections).toEqual([]);
  });

  it('connects to the very address it checked, whatever the name answers a moment later', async () => {
    const answers = ['127.0.0.1', '127.0.0.2', '127.0.0.2'];
    let asked = 0;
    const rebinding = fetcher({ resolve: () => Promise.resolve([answers[asked++]!]) });
    await rebinding.fetch(at('/', 'rebinding.example'));
    expect([asked, connections]).toEqual([1, ['127.0.0.1']]);
    await expect(rebinding.fetch(at('/', 'rebinding.example'))).rejects.toEqual(NOT_FETCHED);
    expect([asked, connections.length]).toEqual([2, 1]);
  });

  it('asks only the hosts of the list where no others are allowed', async () => {
    const listed = fetcher({ allowAnyPublicHost: false, allowList: parseAllowList('127.0.0.1, pictures.example') });
    await expect(listed.fetch(at('/', 'pictures.example'))).resolves.toMatchObject({ bytes: PICTURE });
    await expect(listed.fetch(at('/', 'PICTURES.example.'))).resolves.toMatchObject({ bytes: PICTURE });
    await expect(listed.fetch(at('/'))).resolves.toMatchObject({ bytes: PICTURE });
    await expect(listed.fetch(at('/', 'other.example'))).rejects.toEqual(NOT_FETCHED);
    await expect(listed.fetch('http://93.184.216.34/')).rejects.toEqual(NOT_FETCHED);
  });

  it('says of a host that is not found that it is not', async () => {
    await expect(fetcher({ resolve: () => Promise.reject(new Error('ENOTFOUND')) }).fetch('http://nowhere.example/')).rejects.toEqual(refusal('invalid-input', 'The host "nowhere.example" of the URL cannot be found.'));
  });
});

describe('redirects', () => {
  const leadTo = (location: string, status = 302): RequestListener => (_request, response) => response.writeHead(status, { location }).end();

  it.each([301, 302, 303, 307, 308])('are followed, three at most, also where they are relative: %s', async (status) => {
    answer = ({ url }, response) => {
      const left = Number(url!.slice(1));
      if (left > 0) response.writeHead(status, { location: `/${left - 1}` }).end();
      else response.setHeader('content-type', 'image/png').end(PICTURE);
    };
    await expect(fetcher().fetch(at('/3'))).resolves.toEqual({ bytes: PICTURE, filename: '3' });
    await expect(fetcher().fetch(at('/4'))).rejects.toEqual(refusal('invalid-input', 'The URL leads through more than 3 redirects.'));
  });

  it.each(['http://169.254.169.254/latest/meta-data/', 'http://[::1]/', 'http://10.0.0.1:8080/'])('to %s are refused', async (location) => {
    answer = leadTo(location);
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(NOT_FETCHED);
    expect(requests.length).toBe(1);
  });

  it('to a name are checked as the first name was', async () => {
    answer = leadTo(at('/', 'inside.example'));
    const resolve = (name: string) => Promise.resolve([name === 'inside.example' ? '127.0.0.2' : '127.0.0.1']);
    await expect(fetcher({ resolve }).fetch(at('/', 'outside.example'))).rejects.toEqual(NOT_FETCHED);
    expect(connections.length).toBe(1);
  });

  it.each([['file:///etc/passwd', /begins with "file:"/], ['http://user:secret@example.com/', /user name or a password/], ['http://', /is no URL/]])('to %s are refused', async (location, message) => {
    answer = leadTo(location);
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(refusal('invalid-input', message));
  });

  it('to nowhere are refused', async () => {
    answer = (_request, response) => response.writeHead(302).end();
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(refusal('invalid-input', /redirect that leads nowhere/));
  });
});

describe('what a host may answer', () => {
  it.each([['image/jpeg'], ['IMAGE/PNG; charset=x'], ['image/svg+xml'], ['application/octet-stream'], ['binary/octet-stream']])('%s is read: the decoder decides', async (type) => {
    answer = (_request, response) => response.setHeader('content-type', type).end(PICTURE);
    await expect(fetcher().fetch(at('/'))).resolves.toMatchObject({ bytes: PICTURE });
  });

  it.each([['text/html', '"text/html"'], ['application/json', '"application/json"'], ['', '""'], ['imagejpeg', '"imagejpeg"'], ['image/', '"image/"'], ['x'.repeat(1_000), `"${'x'.repeat(50)}"`]])('%s is refused', async (type, shown) => {
    answer = (_request, response) => (type === '' ? response.end(PICTURE) : response.setHeader('content-type', type).end(PICTURE));
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(refusal('unsupported-media-type', `The URL leads to ${shown}; a picture, as "image/jpeg", is expected.`));
  });

  it.each([404, 500, 204, 206, 304])('status %s is refused', async (status) => {
    answer = (_request, response) => response.writeHead(status, { 'content-type': 'image/png' }).end();
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(refusal('invalid-input', `The URL was answered with status ${status}; 200 is expected.`));
  });

  it('a file as large as is accepted is read, one byte more is not, whether it says so before or not', async () => {
    const sendBytes = (count: number, headers: Record<string, string | number>): RequestListener => (_request, response) => response.writeHead(200, { 'content-type': 'image/png', ...headers }).end(Buffer.alloc(count));
    answer = sendBytes(MAX_BYTES, {});
    expect((await fetcher().fetch(at('/'))).bytes.byteLength).toBe(MAX_BYTES);
    const tooLarge = refusal('payload-too-large', 'The file at the URL is larger than the 10000 bytes that are accepted.');
    answer = sendBytes(MAX_BYTES + 1, { 'content-length': MAX_BYTES + 1 });
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(tooLarge);
    answer = sendBytes(MAX_BYTES + 1, { 'transfer-encoding': 'chunked' });
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(tooLarge);
  });

  it('a body without end is hung up on', async () => {
    let ended!: Promise<unknown>;
    answer = (_request, response) => {
      ended = once(response, 'close');
      response.writeHead(200, { 'content-type': 'image/png' });
      const pour = (): void => void (response.destroyed || (response.write(Buffer.alloc(4_096)), setImmediate(pour)));
      pour();
    };
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(refusal('payload-too-large', /larger than/));
    await ended;
  });

  it('a gzip bomb stays packed', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1_000_000)));
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(refusal('invalid-input', /came as "gzip"; it is expected as it is/));
  });

  it('headers without end are refused', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'image/png', 'x-a': 'a'.repeat(20_000) }).end(PICTURE);
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(refusal('invalid-input', 'The URL cannot be fetched: its answer has headers of more than 16384 bytes.'));
  });

  it.each<[string, RequestListener]>([
    ['nothing', () => undefined],
    ['a head and no body', (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).flushHeaders()],
    ['a byte now and then', (_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      const drip = setInterval(() => response.write('a'), 20);
      response.on('close', () => clearInterval(drip));
    }],
    ['one redirect after another, slowly', (_request, response) => void setTimeout(() => response.writeHead(302, { location: '/' }).end(), 120)],
  ])('%s ends with the time there is for all of it', async (_, listener) => {
    answer = listener;
    const startedAtMs = performance.now();
    await expect(fetcher({ timeoutMs: 300 }).fetch(at('/'))).rejects.toEqual(refusal('deadline-exceeded', 'The file at the URL did not arrive whole within 300 ms.'));
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });

  it('a look-up that takes too long ends with the time there is', async () => {
    const waiting = fetcher({ timeoutMs: 100, resolve: () => new Promise(() => undefined) });
    await expect(waiting.fetch(at('/', 'slow.example'))).rejects.toEqual(refusal('deadline-exceeded', /within 100 ms/));
  });

  it('a connection that breaks off is told of, and so is one that nobody takes', async () => {
    answer = ({ socket }) => void socket.destroy();
    await expect(fetcher().fetch(at('/'))).rejects.toEqual(refusal('invalid-input', 'The URL cannot be fetched: the connection ended before the answer did.'));
    await expect(fetcher().fetch('http://127.0.0.1:1/')).rejects.toEqual(refusal('invalid-input', 'The URL cannot be fetched: the connection failed.'));
  });
});

describe('a caller who hangs up', () => {
  it('ends the fetch, and leaves its place to others', async () => {
    answer = () => undefined;
    const fetching = fetcher();
    const gone = new AbortController();
    const arrived = once(server, 'request');
    const waiting = fetching.fetch(at('/'), gone.signal);
    await arrived;
    gone.abort();
    await expect(waiting).rejects.toEqual(refusal('cancelled', 'The caller hung up; the URL was not fetched.'));
    await expect(fetching.fetch(at('/'), gone.signal)).rejects.toEqual(refusal('cancelled', /hung up/));
    expect(requests.length).toBe(1);
  });
});

describe('many at once', () => {
  it('are sixteen at most, and end when the fetcher is closed', async () => {
    answer = () => undefined;
    const busy = fetcher();
    const waiting = Array.from({ length: 16 }, () => busy.fetch(at('/')).catch((error: unknown) => error));
    await expect(busy.fetch(at('/'))).rejects.toMatchObject({ kind: 'overloaded', retryAfterMs: 1_000 });
    await busy.close();
    await busy.close();
    for (const ended of await Promise.all(waiting)) expect(ended).toMatchObject({ kind: 'cancelled' });
  });
});
