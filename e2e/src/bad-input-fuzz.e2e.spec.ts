import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mutate, mutation } from './bad-input/mutation.js';
import { nestDigit, readTestDigits } from './stack/digits.js';
import { encodeForm } from './stack/multipart.js';
import { renderDigit } from './stack/pictures.js';
import { closePlainConnections, sendPlain, type PlainAnswer } from './stack/plain-http.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const MAX_UPLOAD_SIZE = 200_000;
/** The same bodies in every run, so that a run of the tests says something of the code; change it to look further. */
const SEED = 20_261;

interface Sample {
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

let stack: TrainedStack;
let samples: Sample[];
let pids: number[];

beforeAll(async () => {
  stack = await startTrainedStack({ serviceEnv: { api: { MAX_UPLOAD_SIZE: String(MAX_UPLOAD_SIZE) } } });
  pids = stack.services.map(({ pid }) => pid);
  samples = await goodRequests();
}, 400_000);

afterAll(async () => {
  closePlainConnections();
  await stack?.close();
}, 60_000);

/** Requests that are right: what is sent begins as one of them. */
async function goodRequests(): Promise<Sample[]> {
  const [digit] = await readTestDigits(1);
  const picture = new Blob([await renderDigit(digit!, 'white')]);
  const form = await encodeForm([['model', 'mnist'], ['file', picture]]);
  const json = (path: string, document: unknown): Sample => ({ path, contentType: 'application/json', body: Buffer.from(JSON.stringify(document)) });
  const points = { instances: [[1.5, 2.3], [-1, 0.25]] };
  return [
    json('/v1/models/simple_classifier:predict', points),
    json('/v1/models/simple_classifier/versions/1:predict', { signature_name: 'serving_default', inputs: points.instances }),
    json('/v1/models/simple_classifier/labels/champion:predict', { instances: [{ features: [1, 2] }] }),
    json('/v1/models/mnist:predict', { instances: [nestDigit(digit!)] }),
    json('/v2/models/simple_classifier/infer', { id: '1', inputs: [{ name: 'features', shape: [2, 2], datatype: 'FP32', data: [1.5, 2.3, -1, 0.25] }], parameters: { priority: 1 } }),
    json('/v2/models/simple_classifier/versions/1/infer', { inputs: [{ name: 'features', shape: [1, 2], datatype: 'FP32', data: [1, 2] }], outputs: [{ name: 'probability', parameters: { classification: 1 } }] }),
    json('/v2/repository/index', { ready: true }),
    json('/predict', { model: 'simple_classifier', ...points }),
    { path: '/predict', contentType: 'application/x-www-form-urlencoded', body: Buffer.from('model=simple_classifier&x1=1.5&x2=2.3') },
    { path: '/predict', contentType: form.contentType, body: form.body },
    { path: '/predict', contentType: form.contentType, body: form.body },
    json('/jobs', { model: 'simple_classifier', version: 'champion', priority: 'bulk', deadline_seconds: 30, ...points }),
    json('/models/simple_classifier/promote', { version: 1, why: 'because' }),
    json('/models/simple_classifier/rollback', { version: 1 }),
  ];
}

/** Right or refused, never broken: no 5xx, and a body that is JSON. */
function expectAnswered({ status, text }: PlainAnswer): void {
  expect({ status, text }).toEqual({ status: expect.any(Number), text: expect.stringMatching(/^[{[]/) });
  const body = JSON.parse(text) as { error?: unknown };
  if (status >= 400) expect([status < 500, typeof body.error, text]).toEqual([true, 'string', text]);
}

describe('whatever is sent', () => {
  it('is answered: 3,000 bodies, each a good one with up to four changes', async () => {
    const statuses = new Map<number, number>();
    const property = fc.asyncProperty(fc.nat(), fc.array(mutation, { minLength: 1, maxLength: 4 }), async (choice, mutations) => {
      const { path, contentType, body } = samples[choice % samples.length]!;
      const answer = await sendPlain(stack.httpUrl, { path, headers: { 'content-type': contentType }, body: mutate(body, mutations) });
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      expectAnswered(answer);
    });
    await fc.assert(property, { numRuns: 3_000, seed: SEED });
    process.stderr.write(`fuzz: bodies by status ${JSON.stringify(Object.fromEntries([...statuses].sort()))}\n`);
  }, 120_000);

  it('is answered: 500 documents of any shape in the place of rows', async () => {
    const property = fc.asyncProperty(fc.constantFrom('instances', 'inputs', 'model', 'version'), fc.jsonValue({ maxDepth: 6 }), async (member, value) => {
      const document = { model: 'simple_classifier', instances: [[1, 2]], [member]: value };
      for (const path of ['/v1/models/simple_classifier:predict', '/predict', '/jobs']) {
        expectAnswered(await sendPlain(stack.httpUrl, { path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) }));
      }
    });
    await fc.assert(property, { numRuns: 500, seed: SEED });
  }, 120_000);

  it('is answered: 1,000 paths, methods and headers', async () => {
    const printable = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength });
    const start = fc.constantFrom('/v1/models/', '/v1/models/mnist/versions/', '/v1/models/mnist/labels/', '/v2/models/', '/v2/models/mnist/versions/', '/models/', '/jobs/', '/runs/', '/predict?', '/docs/', '/');
    const property = fc.asyncProperty(start, printable(60), fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'), printable(40), async (prefix, rest, method, value) => {
      const path = `${prefix}${rest}`;
      const { status, text } = await sendPlain(stack.httpUrl, { method, path, headers: { 'x-request-id': value, 'content-type': value || 'x/y' } });
      expect([method, path, value, status < 500, text]).toEqual([method, path, value, true, text]);
    });
    await fc.assert(property, { numRuns: 1_000, seed: SEED });
  }, 120_000);

  it('leaves every process as it was', async () => {
    expect(stack.services.map(({ pid }) => pid)).toEqual(pids);
    expect(stack.events).toEqual([]);
    await Promise.all(stack.services.map((service) => service.ready(10_000)));
  }, 20_000);
});
