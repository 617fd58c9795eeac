import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzSamples, type Sample } from './bad-input/fuzz-samples.js';
import { mutate, mutation } from './bad-input/mutation.js';
import { readMetric } from './failures/metrics.js';
import { readTestDigits } from './stack/digits.js';
import { closePlainConnections, sendPlain, type PlainAnswer } from './stack/plain-http.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const MAX_UPLOAD_SIZE = 200_000;
/** The same bodies in every run, so that a run of the tests says something of the code; change it to look further. */
const SEED = 20_261;
const MUTATED_BODIES = 3_000;
/** Each sample is sent so often before memory is looked at: code is compiled and pools are filled by then. */
const WARM_UP_ROUNDS = 10;
/** What a process may grow by while thousands of wrong requests pass: buffers not collected yet. */
const MAX_GROWTH_BYTES = 100 * 1024 * 1024;

let stack: TrainedStack;
let samples: Sample[];
let pids: number[];
let memoryBefore: Readonly<Record<string, number>>;

beforeAll(async () => {
  stack = await startTrainedStack({ serviceEnv: { api: { MAX_UPLOAD_SIZE: String(MAX_UPLOAD_SIZE) } } });
  pids = stack.services.map(({ pid }) => pid);
  const [digit] = await readTestDigits(1);
  samples = await fuzzSamples(digit!);
  for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const { path, headers, body } of samples) expectAnswered(await sendPlain(stack.httpUrl, { path, headers, body }));
  memoryBefore = await residentBytes();
}, 400_000);

afterAll(async () => {
  closePlainConnections();
  await stack?.close();
}, 60_000);

/** Of the processes that requests pass through, by their names. */
async function residentBytes(): Promise<Record<string, number>> {
  const processes = [stack.api, ...stack.workers];
  return Object.fromEntries(await Promise.all(processes.map(async ({ name, url }) => [name, await readMetric(url, 'process_resident_memory_bytes')] as const)));
}

/** What an answer is without the tensors behind its JSON. */
function jsonOf({ headers, text }: PlainAnswer): string {
  const length = headers['inference-header-content-length'];
  return length === undefined ? text : Buffer.from(text).toString('utf8', 0, Number(length));
}

/** Right or refused, never broken: no 5xx, and a body that is JSON. */
function expectAnswered(answer: PlainAnswer): void {
  const [{ status }, text] = [answer, jsonOf(answer)];
  expect({ status, text }).toEqual({ status: expect.any(Number), text: expect.stringMatching(/^[{[]/) });
  const body = JSON.parse(text) as { error?: unknown };
  if (status >= 400) expect([status < 500, typeof body.error, text]).toEqual([true, 'string', text]);
}

describe('whatever is sent', () => {
  it('begins as a request that is answered as it deserves', async () => {
    const answers: (readonly [path: string, status: number, text: string])[] = [];
    for (const { path, headers, body, status } of samples) {
      const answer = await sendPlain(stack.httpUrl, { path, headers, body });
      if (answer.status !== status) answers.push([path, answer.status, answer.text]);
    }
    expect(answers).toEqual([]);
  });

  it(`is answered: ${MUTATED_BODIES} bodies, each a good one with up to four changes`, async () => {
    const statuses = new Map<number, number>();
    const property = fc.asyncProperty(fc.nat(), fc.array(mutation, { minLength: 1, maxLength: 4 }), async (choice, mutations) => {
      const { path, headers, body } = samples[choice % samples.length]!;
      const answer = await sendPlain(stack.httpUrl, { path, headers, body: mutate(body, mutations) });
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      expectAnswered(answer);
    });
    await fc.assert(property, { numRuns: MUTATED_BODIES, seed: SEED });
    process.stderr.write(`fuzz: bodies by status ${JSON.stringify(Object.fromEntries([...statuses].sort()))}\n`);
  }, 240_000);

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

  it('makes neither the api nor a worker grow by more than 100 MiB', async () => {
    const grownBytes = Object.entries(await residentBytes()).map(([name, bytes]) => [name, bytes - memoryBefore[name]!] as const);
    process.stderr.write(`fuzz: resident bytes grown by ${JSON.stringify(Object.fromEntries(grownBytes))}\n`);
    expect(grownBytes).toHaveLength(1 + stack.workers.length);
    expect(Object.values(memoryBefore).every((bytes) => bytes > 0)).toBe(true);
    expect(grownBytes.filter(([, bytes]) => bytes >= MAX_GROWTH_BYTES)).toEqual([]);
  });
});
