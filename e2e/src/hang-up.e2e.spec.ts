import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@switchyard/test-kit';
import { freeze } from './failures/freeze.js';
import { readMetric } from './failures/metrics.js';
import { nestDigit, readTestDigits } from './stack/digits.js';
import { getJson, postJson } from './stack/http.js';
import { renderDigit } from './stack/pictures.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

/** Long after the test's own patience: it is not the deadline that ends a request here. */
const REQUEST_TIMEOUT_MS = 120_000;
const PATIENCE_MS = 5_000;

let stack: TrainedStack;
let digit: number[][][];
let picture: Buffer;
/** Name of the input of "mnist". */
let input: string;
/** Where the picture lies that is given by its URL. */
let elsewhere: Server;

beforeAll(async () => {
  stack = await startTrainedStack({ serviceEnv: { api: { REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS), URL_FETCH_ALLOW_LIST: '127.0.0.1' } } });
  const [pixels] = await readTestDigits(1);
  [digit, picture] = [nestDigit(pixels!), await renderDigit(pixels!, 'black')];
  input = (await getJson<{ inputs: { name: string }[] }>(`${stack.httpUrl}/v2/models/mnist`)).body.inputs[0]!.name;
  elsewhere = createServer(({ url }, response) => void (url === '/never.png' || response.setHeader('content-type', 'image/png').end(picture)));
  await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
}, 400_000);

afterAll(async () => {
  elsewhere?.closeAllConnections();
  elsewhere?.close();
  await stack?.close();
}, 60_000);

const rowsInHand = (): Promise<number> => readMetric(stack.httpUrl, 'switchyard_rows_in_hand');
const untilInHand = (rows: number): Promise<unknown> => until(async () => (await rowsInHand()) === rows, { deadlineMs: PATIENCE_MS, describe: `${rows} rows to be in hand` });
const urlOf = (path: string): string => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}${path}`;

type Call = readonly [path: string, body: string | FormData | URLSearchParams];

/** One row each, in every way a caller may wait for it. */
function callsOfEveryRoute(): Call[] {
  const form = new FormData();
  form.append('file', new Blob([picture]), 'digit.png');
  const row = { instances: [digit] };
  return [
    ['/predict', JSON.stringify({ model: 'mnist', ...row })], ['/predict?model=mnist', form], ['/predict', new URLSearchParams({ x1: '1.5', x2: '2.3' })], ['/predict/url', JSON.stringify({ url: urlOf('/digit.png') })],
    ['/v1/models/mnist:predict', JSON.stringify(row)], ['/v1/models/mnist:classify', JSON.stringify({ examples: [{ [input]: digit.flat(2).map(Math.round) }] })],
    ['/v2/models/mnist/infer', JSON.stringify({ inputs: [{ name: input, datatype: 'FP32', shape: [1, 28, 28, 1], data: digit.flat(2) }] })],
  ];
}

/** Sends and hangs up when told to; resolves with how it ended. */
async function call([path, body]: Call, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(`${stack.httpUrl}${path}`, { method: 'POST', body, signal });
    return response.ok ? 'answered' : `${path}: ${response.status} ${await response.text()}`;
  } catch (error) {
    return (error as Error).name;
  }
}

describe('a REST caller who hangs up', () => {
  it('before a row of theirs has left for the queue costs no worker anything', async () => {
    const rowsRun = (): Promise<number> => readMetric(stack.workers[0]!.url, 'switchyard_rows_total', 'model="mnist",outcome="run"');
    const predict: readonly [string, string] = ['/v1/models/mnist:predict', JSON.stringify({ instances: [digit] })];
    const before = await rowsRun();
    const thaw = freeze(stack.workers[0]!);
    const gone = new AbortController();
    const patient: Promise<string>[] = [];
    try {
      // Two jobs may be under way for the one worker; whoever comes after them waits in the api.
      for (const rows of [1, 2]) {
        patient.push(call(predict, AbortSignal.timeout(REQUEST_TIMEOUT_MS)));
        await untilInHand(rows);
      }
      const impatient = Array.from({ length: 5 }, () => call(predict, gone.signal));
      await untilInHand(7);
      gone.abort();
      await Promise.all(impatient);
      await untilInHand(2);
    } finally {
      thaw();
    }
    expect(await Promise.all(patient)).toEqual(['answered', 'answered']);
    expect((await postJson(`${stack.httpUrl}${predict[0]}`, predict[1])).status).toBe(200);
    expect((await rowsRun()) - before).toBe(3);
  }, 60_000);

  it('takes nothing of the server any more, whichever route was called', async () => {
    const thaw = freeze(stack.workers[0]!);
    try {
      const gone = new AbortController();
      const calls = callsOfEveryRoute().map((request) => call(request, gone.signal));
      const early = Promise.race(calls).then((ended) => Promise.reject(new Error(`A call ended before its caller hung up: ${ended}`)));
      await Promise.race([untilInHand(calls.length), early]).finally(() => gone.abort());
      await expect(early).rejects.toThrow('AbortError');
      expect(new Set(await Promise.all(calls))).toEqual(new Set(['AbortError']));
      await untilInHand(0);
    } finally {
      thaw();
    }
    const statuses = await Promise.all(callsOfEveryRoute().map((request) => call(request, AbortSignal.timeout(REQUEST_TIMEOUT_MS))));
    expect(new Set(statuses)).toEqual(new Set(['answered']));
  }, 60_000);

  it('lets go of the URL that is being fetched for them', async () => {
    const arrived = new Promise<ServerResponse>((resolve) => {
      elsewhere.on('request', ({ url }: IncomingMessage, response: ServerResponse) => void (url === '/never.png' && resolve(response)));
    });
    const gone = new AbortController();
    const waiting = call(['/predict/url', JSON.stringify({ url: urlOf('/never.png') })], gone.signal);
    const hungUp = once(await arrived, 'close', { signal: AbortSignal.timeout(PATIENCE_MS) });
    gone.abort();
    await hungUp;
    expect(await waiting).toBe('AbortError');
  });
});
