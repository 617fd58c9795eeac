import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BadRequest } from './bad-input/bad-request.js';
import { HOUSE_BODIES } from './bad-input/house-bodies.js';
import { OPEN_INFERENCE_BODIES } from './bad-input/open-inference-bodies.js';
import { OPEN_INFERENCE_ROUTES } from './bad-input/open-inference-routes.js';
import { HOUSE_ROUTES, TF_SERVING_ROUTES } from './bad-input/routes.js';
import { TF_SERVING_BODIES } from './bad-input/tf-serving-bodies.js';
import { badUploads } from './bad-input/uploads.js';
import { postJson } from './stack/http.js';
import { closePlainConnections, sendPlain, type PlainAnswer } from './stack/plain-http.js';
import { drawPoints } from './stack/points.js';
import { exchangeRaw } from './stack/raw-socket.js';
import { maxDifference, openReferenceModel, type ReferenceModel } from './stack/reference-model.js';
import { startSteadyTraffic, type SteadyTraffic } from './stack/steady-traffic.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const MAX_UPLOAD_SIZE = 600_000;
const RECEIVE_TIMEOUT_MS = 1_500;
const MAX_CONNECTIONS = 100;
const HEADERS_NODE_REFUSES = 17_000;

/** Requests whose rest never comes. */
const CUT_SHORT = [
  '',
  'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-le',
  'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"instances": ',
  'POST /v1/models/mnist:predict HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n64\r\n{"instances": ',
  'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 1000\r\n\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nab',
];

let stack: TrainedStack;
let reference: ReferenceModel;
let traffic: SteadyTraffic;
let pids: number[];
const pidsNow = (): number[] => stack.services.map(({ pid }) => pid);

beforeAll(async () => {
  stack = await startTrainedStack({ serviceEnv: { api: { MAX_UPLOAD_SIZE: String(MAX_UPLOAD_SIZE), RECEIVE_TIMEOUT_MS: String(RECEIVE_TIMEOUT_MS), MAX_CONNECTIONS: String(MAX_CONNECTIONS) } } });
  reference = await openReferenceModel(stack.objectsDirectory, 'simple_classifier');
  pids = pidsNow();
  const points = drawPoints(200);
  const expected = await Promise.all(points.map((point) => reference.predict(point)));
  traffic = startSteadyTraffic(async (turn) => {
    const index = turn % points.length;
    const { status, body } = await postJson<{ predictions: number[][] }>(`${stack.httpUrl}/v1/models/simple_classifier:predict`, { instances: [[...points[index]!]] });
    const difference = status === 200 ? maxDifference(body.predictions[0]!, expected[index]!) : Infinity;
    return difference <= 1e-6 ? null : `row ${index}: ${status} ${JSON.stringify(body)} instead of ${expected[index]!.join()}`;
  });
}, 400_000);

afterAll(async () => {
  await traffic?.stop();
  closePlainConnections();
  await reference?.close();
  await stack?.close();
}, 60_000);

/** Answered with the status and the sentence that belong to it, in the shape of the protocol whose route was called. */
function expectRefusal({ status, headers, text }: PlainAnswer, bad: BadRequest): void {
  const body = JSON.parse(text) as { error: string; kind?: string };
  const isOwn = !/^\/v1\//i.test(bad.path) && !/^\/v2([/?]|$)/.test(bad.path);
  expect({ status, keys: Object.keys(body), type: headers['content-type'], id: headers['x-request-id'] }).toEqual({
    status: bad.status, keys: isOwn ? ['error', 'kind'] : ['error'], type: 'application/json', id: expect.stringMatching(/^\S+$/),
  });
  expect(body.error).toMatch(bad.says);
  if (status === 405) expect(body.error).toContain(`; at this path there is ${String(headers['allow'])}.`);
  expect(body.error.length).toBeLessThan(1_000);
  expect(body.error).not.toMatch(/\bat .*\.js:\d|node_modules|\/apps\/|\/libs\//);
  if (isOwn) expect(body.error).toMatch(/^[A-Z"].*\.$/su);
}

describe.each([
  ['bodies in TF Serving’s format', TF_SERVING_BODIES],
  ['paths under /v1', TF_SERVING_ROUTES],
  ['bodies in the Open Inference Protocol’s format', OPEN_INFERENCE_BODIES],
  ['paths under /v2', OPEN_INFERENCE_ROUTES],
  ['bodies of our own endpoints', HOUSE_BODIES],
  ['paths of our own', HOUSE_ROUTES],
])('bad %s', (_, table) => {
  it.each(table.map((bad) => [bad.name, bad] as const))('%s', async (_name, bad) => {
    expectRefusal(await sendPlain(stack.httpUrl, bad), bad);
  });
});

describe('bad uploads', () => {
  let uploads: BadRequest[];
  beforeAll(async () => {
    uploads = await badUploads(MAX_UPLOAD_SIZE);
  });

  it('are each answered with what is wrong with them', async () => {
    const failures: string[] = [];
    for (const bad of uploads) {
      try {
        expectRefusal(await sendPlain(stack.httpUrl, bad), bad);
      } catch (error) {
        failures.push(`${bad.name}: ${(error as Error).message}`);
      }
    }
    expect(failures).toEqual([]);
  }, 60_000);
});

describe('on the port of TF Serving', () => {
  it.each(['/v1/models/%zz:predict', '/v1/models/nope:predict', '/nope'])('%s is refused as on the other port', async (path) => {
    const bad = { path, method: 'POST', body: '{' };
    const [here, there] = [await sendPlain(stack.tfServingUrl, bad), await sendPlain(stack.httpUrl, bad)];
    expect([here.status, here.text]).toEqual([there.status, there.text]);
  });
});

describe('the id of a request', () => {
  it.each([['printable', 'abc-1:2/3', true], ['with a space', 'a b', false], ['of 129 letters', 'x'.repeat(129), false], ['with a tab', 'a\tb', false], ['beyond ASCII', 'caf\u00e9', false]])(
    'that is %s', async (_, id, kept) => {
      const { headers } = await sendPlain(stack.httpUrl, { method: 'GET', path: '/nope', headers: { 'x-request-id': id } });
      expect(headers['x-request-id'] === id).toBe(kept);
      expect(headers['x-request-id']).toMatch(/^[\x21-\x7e]{1,128}$/);
    });

  it('cannot carry a header of its own into the answer', async () => {
    const { received } = await exchangeRaw(stack.httpUrl, 'GET /nope HTTP/1.1\r\nhost: x\r\nx-request-id: a\rset-cookie: evil=1\r\nconnection: close\r\n\r\n', 5_000);
    expect(received).toMatch(/^HTTP\/1\.1 400 /);
    expect(received.toLowerCase()).not.toContain('set-cookie');
  });
});

describe.each(['httpUrl', 'tfServingUrl'] as const)('what is no HTTP, at %s', (port) => {
  it.each([
    ['words', 'hello there\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a TLS greeting', Buffer.from('16030100a5010000a10303', 'hex'), /^HTTP\/1\.1 400 /],
    ['an unknown version', 'GET / HTTP/9.9\r\nhost: x\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a length that is no number', 'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: ten\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['two lengths', 'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', /^HTTP\/1\.1 400 /],
    ['length and chunks at once', 'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a chunk of no size', 'POST /predict HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', /^HTTP\/1\.1 400 /],
    ['headers of 17,000 bytes', `GET / HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(HEADERS_NODE_REFUSES)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['a path of 17,000 bytes', `GET /${'b'.repeat(HEADERS_NODE_REFUSES)} HTTP/1.1\r\nhost: x\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ])('%s: is answered and hung up on', async (_, bytes, answer) => {
    const { received, closed } = await exchangeRaw(stack[port], bytes, 5_000);
    expect(received).toMatch(answer);
    expect(JSON.parse(received.slice(received.indexOf('\r\n\r\n') + 4))).toEqual({ error: expect.stringMatching(/\.$/), kind: 'invalid-input' });
    expect(closed).toBe(true);
  });

  it('a request without a host: is refused by Node itself', async () => {
    const { received, closed } = await exchangeRaw(stack[port], 'GET /health HTTP/1.1\r\n\r\n', 5_000);
    expect([received.slice(0, 13), closed]).toEqual(['HTTP/1.1 400 ', true]);
  });

  it('silence in the middle of a request: ends in a timeout, not in a connection kept for ever', async () => {
    const exchanges = await Promise.all(CUT_SHORT.map(async (bytes) => ({ bytes, ...(await exchangeRaw(stack[port], bytes, RECEIVE_TIMEOUT_MS + 5_000)) })));
    for (const { bytes, received, closed, durationMs } of exchanges) {
      expect([bytes, received.slice(0, 13), closed, durationMs >= RECEIVE_TIMEOUT_MS * 0.9]).toEqual([bytes, 'HTTP/1.1 408 ', true, true]);
      expect(JSON.parse(received.slice(received.indexOf('\r\n\r\n') + 4))).toEqual({ error: expect.stringMatching(/\.$/), kind: 'deadline-exceeded' });
    }
  }, 15_000);
});

describe('more connections than are accepted', () => {
  it('are closed at once, and those there are go on', async () => {
    const sockets = await Promise.all(Array.from({ length: 2 * MAX_CONNECTIONS }, () => exchangeRaw(stack.httpUrl, '', RECEIVE_TIMEOUT_MS + 5_000)));
    const refused = sockets.filter(({ received, closed }) => closed && received === '');
    const timedOut = sockets.filter(({ received, closed }) => closed && received.startsWith('HTTP/1.1 408 '));
    expect(refused.length + timedOut.length).toBe(2 * MAX_CONNECTIONS);
    expect(refused.length).toBeGreaterThanOrEqual(MAX_CONNECTIONS);
    expect(timedOut.length).toBeGreaterThan(MAX_CONNECTIONS / 2);
    expect((await exchangeRaw(stack.httpUrl, 'GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 5_000)).received).toMatch(/^HTTP\/1\.1 200 /);
  }, 15_000);
});

describe('after all of it', () => {
  it('every process is the one that was started, and ready', async () => {
    expect(pidsNow()).toEqual(pids);
    expect(stack.events).toEqual([]);
    await Promise.all(stack.services.map((service) => service.ready(10_000)));
  }, 20_000);

  it('nobody else has noticed: every good request beside it was answered with its own row', async () => {
    const { answered, problems } = await traffic.stop();
    process.stderr.write(`bad input: ${answered} good requests beside it, ${problems.length} wrong\n`);
    expect(problems).toEqual([]);
    expect(answered).toBeGreaterThan(500);
  }, 70_000);
});
