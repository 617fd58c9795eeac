import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@switchyard/test-kit';
import { nestDigit, readTestDigits, readTestLabels } from './stack/digits.js';
import { getJson, inParallel, postForm, postJson } from './stack/http.js';
import { renderDigit } from './stack/pictures.js';
import { drawPoints } from './stack/points.js';
import { maxDifference, openReferenceModel, type ReferenceModel } from './stack/reference-model.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const DIGITS = 100;
/** Single-precision sums may be added up in another order when rows run together. */
const TOLERANCE = 1e-6;

interface RowAnswer { readonly predictions: number[][] }
interface ColumnAnswer { readonly outputs: number[][] }
interface Classification { readonly prediction: number; readonly confidence: number; readonly probabilities: number[] }

let stack: TrainedStack;
let digits: Float32Array[];
let labels: number[];
let digitAnswers: number[][];
const points = drawPoints(100);
let pointAnswers: number[][];
let references: ReferenceModel[];

beforeAll(async () => {
  stack = await startTrainedStack({ serviceEnv: { 'inference-worker': { LOG_LEVEL: 'debug' } } });
  [digits, labels] = [await readTestDigits(DIGITS), await readTestLabels(DIGITS)];
  const [mnist, classifier] = (references = await Promise.all([openReferenceModel(stack.objectsDirectory, 'mnist'), openReferenceModel(stack.objectsDirectory, 'simple_classifier')]));
  digitAnswers = await Promise.all(digits.map((digit) => mnist!.predict(digit)));
  pointAnswers = await Promise.all(points.map((point) => classifier!.predict(point)));
}, 400_000);

afterAll(async () => {
  await Promise.all((references ?? []).map((reference) => reference.close()));
  await stack?.close();
}, 60_000);

function expectRows(rows: readonly number[][] | undefined, expected: readonly number[][]): void {
  expect(rows?.length).toBe(expected.length);
  for (const [index, row] of expected.entries()) expect(maxDifference(rows![index]!, row)).toBeLessThanOrEqual(TOLERANCE);
}

const nested = (from: number, to: number): number[][][][] => digits.slice(from, to).map(nestDigit);
const pairs = (from: number, to: number): number[][] => points.slice(from, to).map((point) => [...point]);

describe.each(['httpUrl', 'tfServingUrl'] as const)('TF Serving’s REST API at %s', (port) => {
  const url = (path: string): string => `${stack[port]}/v1/models/${path}`;

  it('answers rows with rows, one or many', async () => {
    for (const count of [1, 7, 100]) {
      const { status, body } = await postJson<RowAnswer>(url('mnist:predict'), { signature_name: 'serving_default', instances: nested(0, count) });
      expect(status).toBe(200);
      expectRows(body.predictions, digitAnswers.slice(0, count));
    }
  });

  it('answers columns with columns', async () => {
    const { body } = await postJson<ColumnAnswer>(url('simple_classifier:predict'), { inputs: pairs(0, 20) });
    expect(Object.keys(body)).toEqual(['outputs']);
    expectRows(body.outputs, pointAnswers.slice(0, 20));
  });

  it('takes inputs by name, in rows and in columns', async () => {
    const { body: metadata } = await getJson<{ metadata: { signature_def: { signature_def: { serving_default: { inputs: object } } } } }>(url('simple_classifier/metadata'));
    const [input] = Object.keys(metadata.metadata.signature_def.signature_def.serving_default.inputs);
    const byRow = await postJson<RowAnswer>(url('simple_classifier:predict'), { instances: pairs(0, 3).map((pair) => ({ [input!]: pair })) });
    expectRows(byRow.body.predictions, pointAnswers.slice(0, 3));
    const byColumn = await postJson<ColumnAnswer>(url('simple_classifier:predict'), { inputs: { [input!]: pairs(0, 3) } });
    expectRows(byColumn.body.outputs, pointAnswers.slice(0, 3));
  });

  it.each(['mnist', 'mnist/versions/1', 'mnist/labels/champion'])('predicts with %s', async (model) => {
    const { body } = await postJson<RowAnswer>(url(`${model}:predict`), { instances: nested(3, 5) });
    expectRows(body.predictions, digitAnswers.slice(3, 5));
  });

  it('tells the state of a model and of one version', async () => {
    const state = { model_version_status: [{ version: '1', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }] };
    expect((await getJson(url('mnist'))).body).toEqual(state);
    expect((await getJson(url('mnist/versions/1'))).body).toEqual(state);
  });

  it('tells the signature, also of one version', async () => {
    const { body } = await getJson<object>(url('mnist/metadata'));
    expect(body).toMatchObject({ model_spec: { name: 'mnist', version: '1' }, metadata: { signature_def: { signature_def: { serving_default: { method_name: 'tensorflow/serving/predict' } } } } });
    expect(JSON.stringify(body)).toContain('"DT_FLOAT"');
    expect((await getJson(url('mnist/versions/1/metadata'))).body).toEqual(body);
  });
});

describe('POST /predict', () => {
  const predict = (query = ''): string => `${stack.httpUrl}/predict${query}`;

  it.each(['black', 'white'] as const)('recognises pictures of digits on %s, as the model alone does', async (paper) => {
    const answers = await inParallel(digits, 8, async (digit) => {
      const form = new FormData();
      form.append('file', new Blob([await renderDigit(digit, paper)]), 'digit.png');
      return postForm<Classification>(predict(), form);
    });
    const right = answers.filter(({ body }, index) => body.prediction === labels[index]).length;
    process.stderr.write(`predict: ${right} of ${DIGITS} digits on ${paper} recognised\n`);
    expect(right).toBeGreaterThanOrEqual(0.95 * DIGITS);
    expectRows(answers.map(({ body }) => body.probabilities), digitAnswers);
    for (const { body } of answers) expect(body.confidence).toBe(Math.max(...body.probabilities));
  }, 30_000);

  it('takes JSON for the tabular model, and the model from the query, the document or the form', async () => {
    const [pair] = pairs(0, 1);
    const point = { instances: [pair] };
    const [x1, x2] = pair!.map(String);
    const answers = await Promise.all([
      postJson<RowAnswer>(predict(), point),
      postJson<RowAnswer>(predict('?model=simple_classifier'), point),
      postJson<RowAnswer>(predict(), { model: 'simple_classifier', ...point }),
      postJson<RowAnswer>(predict(), point, { 'content-type': 'application/x-www-form-urlencoded' }),
      postForm<RowAnswer>(predict(), new URLSearchParams({ x1: x1!, x2: x2! })),
      postForm<RowAnswer>(predict(), new URLSearchParams({ model: 'simple_classifier', x2: x2!, x1: x1! })),
      postForm<RowAnswer>(predict('?model=simple_classifier'), new URLSearchParams({ x1: x1!, x2: x2! })),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expectRows(body.predictions, pointAnswers.slice(0, 1));
    }
  });

  it('takes digits as JSON, and an upload with its model named', async () => {
    const byQuery = await postJson<RowAnswer>(predict('?model=mnist'), { instances: nested(0, 2) });
    const byMember = await postJson<RowAnswer>(predict(), { instances: nested(0, 2), model: 'mnist' });
    for (const { body } of [byQuery, byMember]) expectRows(body.predictions, digitAnswers.slice(0, 2));
    const form = new FormData();
    form.append('model', 'mnist');
    form.append('file', new Blob([await renderDigit(digits[0]!, 'white')]), 'digit.png');
    expect((await postForm<Classification>(predict(), form)).body.prediction).toBe(labels[0]);
  });
});

describe('many at once', () => {
  it('each get their own rows, whatever they are coupled with', async () => {
    const requests = Array.from({ length: 200 }, (_, index) => ({ from: (index * 13) % 60, to: ((index * 13) % 60) + 1 + (index % 40) }));
    await inParallel(requests, 32, async ({ from, to }, index) => {
      const [name, instances, expected] = index % 2 === 0 ? ['mnist', nested(from, to), digitAnswers] : ['simple_classifier', pairs(from, to), pointAnswers];
      const { status, body } = await postJson<RowAnswer>(`${stack.httpUrl}/v1/models/${name}:predict`, { instances });
      expect(status).toBe(200);
      expectRows(body.predictions, expected.slice(from, to));
    });
  }, 60_000);
});

describe('the id of a request', () => {
  const logged = (id: string, event: string): Promise<string> =>
    until(() => stack.lines.find(({ source, line }) => source.startsWith('inference-worker') && line.includes(`"${id}"`) && line.includes(`"${event}"`))?.line, {
      deadlineMs: 10_000, describe: `the worker to log ${event} with ${id}`,
    });

  it('comes back, and stands in the worker’s log beside the job that carried it', async () => {
    const { headers } = await postJson(`${stack.httpUrl}/v1/models/mnist:predict`, { instances: nested(0, 1) }, { 'x-request-id': 'trace-me-1' });
    expect(headers.get('x-request-id')).toBe('trace-me-1');
    expect(JSON.parse(await logged('trace-me-1', 'inference.job-done'))).toMatchObject({ requestIds: expect.arrayContaining(['trace-me-1']), model: 'mnist', version: 1 });
  });

  it('stands in the worker’s log when the request fails there', async () => {
    const late = { model: 'simple_classifier', instances: [[1, 2]], deadline_seconds: 0.0001 };
    await postJson(`${stack.httpUrl}/jobs`, late, { 'x-request-id': 'trace-me-2' });
    expect(JSON.parse(await logged('trace-me-2', 'inference.rows-failed'))).toMatchObject({ requestIds: ['trace-me-2'], kind: 'deadline-exceeded' });
  });

  it('is made up for who sends none, and differs each time', async () => {
    const [one, two] = await Promise.all([getJson(`${stack.httpUrl}/models`), getJson(`${stack.httpUrl}/models`)]);
    expect(one.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(one.headers.get('x-request-id')).not.toBe(two.headers.get('x-request-id'));
  });
});
