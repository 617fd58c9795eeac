import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith, startTestStack, testPython, type TestStack } from '@switchyard/test-kit';
import { LETHAL_KERNELS } from './import/lethal-model.js';
import { switchyardCommand } from './import/switchyard-command.js';
import { apart, exportModels, runClient, valuesOf, type ExportedCase } from './python-models/exported-models.js';
import { awaitChampions } from './stack/await-champions.js';
import { postForm, postJson } from './stack/http.js';

interface Report {
  /** Largest difference, or what else is wrong. */
  readonly served: readonly (number | string)[];
  readonly refused: readonly (readonly [code: string, details: string])[];
  readonly signature: readonly [code: string, details: string];
}
type Classified = { readonly predictions: readonly { readonly label: string; readonly probability: number }[] };
type Answer = { readonly outputs?: unknown; readonly error?: string };

const TOLERANCE = 1e-5;
const SERVING_DEADLINE_MS = 60_000;

/** Name on the server → folder, and what `switchyard import` is told. */
const IMPORTS: Readonly<Record<string, readonly [folder: string, ...options: string[]]>> = {
  dense: ['dense'], conv: ['conv'], two_towers: ['two_towers'], text: ['text'], fragile: ['fragile'], lethal: ['lethal'],
  columns: ['columns', '--signature', 'columns'], any_rank: ['columns', '--signature', 'any_rank'],
  classifier: ['classifier', '--preprocess', 'resize=224', '--labels', 'labels.txt'],
};
/** An index that the table does not have, and a picture without its channel: legal by the signatures. */
const OUTSIDE = { index: [1, 4] };
const LETHAL = { image: [[[1, 2], [3, 4]]] };

const REFUSED = [
  { as: 'fragile', inputs: { index: { dtype: 'int64', values: OUTSIDE.index } } },
  { as: 'lethal', inputs: { image: { dtype: 'float32', values: LETHAL.image } } },
];

describeWith(testPython(), 'models that Python wrote', (python) => {
  let folder: string;
  let stack: TestStack;
  let cases: (ExportedCase & { readonly as: string })[];
  let pids: number[];
  let report: Report;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-python-models-'));
    for (const name of ['objects', 'pipelines', 'models']) await mkdir(join(folder, name));
    stack = await startTestStack({
      env: LETHAL_KERNELS,
      objectStoreUrl: pathToFileURL(join(folder, 'objects')).href,
      serviceEnv: { trainer: { PIPELINES_DIRECTORY: join(folder, 'pipelines') }, 'inference-worker': { MAX_BATCH_ROWS: '4' } },
    });
    pids = pidsNow();
    const exported = await exportModels(python, join(folder, 'models'));
    cases = exported.map((of) => ({ ...of, as: of.signature === 'serving_default' ? of.model : of.signature }));
    await Promise.all(Object.keys(IMPORTS).map(importModel));
    await awaitChampions(stack.httpUrl, Object.keys(IMPORTS), SERVING_DEADLINE_MS);
    await writeFile(join(folder, 'grpc.json'), JSON.stringify({ served: cases, refused: REFUSED, signature: 'dense' }));
    report = await runClient<Report>(python, 'check_models.py', [stack.grpcTarget, join(folder, 'grpc.json')]);
  }, 240_000);
  afterAll(async () => {
    await stack?.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  async function importModel(name: string): Promise<void> {
    const [model, ...options] = IMPORTS[name]!;
    const paths = options.map((option) => (option.endsWith('.txt') ? join(folder, 'models', option) : option));
    const { code, lines } = await switchyardCommand('import', join(folder, 'models', model), '--name', name, '--api', stack.httpUrl, ...paths);
    if (code !== 0) throw new Error(`The model ${name} could not be imported:\n${lines.join('\n')}`);
  }

  const pidsNow = (): number[] => stack.services.map(({ pid }) => pid);
  const predict = (name: string, inputs: object, more: object = {}) => postJson<Answer>(`${stack.httpUrl}/v1/models/${name}:predict`, { inputs, ...more });
  const caseOf = (name: string): ExportedCase => cases.find(({ as }) => as === name)!;

  it('answer through TensorFlow Serving’s REST what they answer in Python', async () => {
    const differences = await Promise.all(cases.map(async ({ as, signature, inputs, outputs }) => {
      const { body } = await predict(as, valuesOf(inputs), { signature_name: signature });
      const expected = Object.keys(outputs).length === 1 ? Object.values(valuesOf(outputs))[0] : valuesOf(outputs);
      return [as, apart(body.outputs, expected)] as const;
    }));
    expect(differences.filter(([, difference]) => !(difference <= TOLERANCE))).toEqual([]);
    expect(new Set(differences.map(([name]) => name))).toEqual(new Set(Object.keys(IMPORTS)));
  }, 60_000);

  it('answer TensorFlow Serving’s own gRPC stubs what they answer in Python, in the same types and shapes', () => {
    expect(report.served).toHaveLength(cases.length);
    expect(report.served.filter((difference) => !(Number(difference) <= TOLERANCE))).toEqual([]);
  });

  it('serve the signature they were imported with, and refuse others in TensorFlow Serving’s words', async () => {
    const inputs = valuesOf(caseOf('any_rank').inputs);
    expect((await predict('any_rank', inputs)).status).toBe(200);
    const refused = await predict('any_rank', inputs, { signature_name: 'columns' });
    expect(refused).toMatchObject({ status: 400, body: { error: 'Serving signature name: "columns" not found in signature def' } });
    expect(report.signature).toEqual(['FAILED_PRECONDITION', 'Serving signature key "nope" not found.']);
  });

  it('classify a picture under the names it was imported with', async () => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(await readFile(join(folder, 'models/picture.png')))]), 'picture.png');
    const { status, body } = await postForm<Classified>(`${stack.httpUrl}/predict?model=classifier`, form);
    expect(status).toBe(200);
    const labels = (await readFile(join(folder, 'models/labels.txt'), 'utf8')).split('\n');
    const [probabilities] = caseOf('classifier').outputs['output_0']!.values as number[][];
    const expected = labels.map((label, index) => ({ label, probability: probabilities![index]! })).sort((a, b) => b.probability - a.probability);
    expect(body.predictions.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
    expect(apart(body.predictions.map(({ probability }) => probability), expected.map(({ probability }) => probability))).toBeLessThanOrEqual(TOLERANCE);
  });

  it('fail alone when they raise or crash on a legal input: the caller is told, the same worker serves on', async () => {
    const [raised, beside, crashed, others] = await Promise.all([
      predict('fragile', OUTSIDE), predict('fragile', { index: [2] }), predict('lethal', LETHAL), predict('dense', valuesOf(caseOf('dense').inputs)),
    ]);
    expect(raised).toMatchObject({ status: 500, body: { error: expect.stringMatching(/^The tensorflow engine failed on a batch with inputs "index" int64\[\d+\]/) } });
    expect(crashed).toMatchObject({ status: 500, body: { error: expect.stringContaining('The engine ended before it answered') } });
    expect(report.refused).toEqual([['INTERNAL', expect.stringContaining('The tensorflow engine failed')], ['INTERNAL', expect.stringContaining('The engine ended before it answered')]]);
    expect(beside).toMatchObject({ status: 200, body: { outputs: [2.5] } });
    expect(others.status).toBe(200);
    expect(await predict('lethal', valuesOf(caseOf('lethal').inputs))).toMatchObject({ status: 200 });
    expect(pidsNow()).toEqual(pids);
    expect(stack.events).toEqual([]);
  }, 60_000);
});
