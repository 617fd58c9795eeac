import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeFrame, type Tensor } from '@switchyard/tensor';
import { until } from '@switchyard/test-kit';
import { readTestDigits, readTestLabels } from './stack/digits.js';
import { deleteJson, getJson, postForm, postJson, type Answer } from './stack/http.js';
import { imageBomb, renderDigit } from './stack/pictures.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const PICTURES = 200;
const RUN_ENDS_WITHIN_MS = 120_000;
const MNIST_TRAINING_ROWS = 60_000;
const TOLERATED_LOSS = 0.005;

interface Uploaded { readonly message: string; readonly count: number; readonly upload_id: string; readonly error?: string; readonly kind?: string }
interface Run { readonly status: string; readonly version: number | null; readonly evaluation: { readonly accuracy: number; readonly rows: number } | null }
interface Version { readonly version: number; readonly metrics: Record<string, number>; readonly lineage: { readonly datasetDigest: string } }
interface Versions { readonly aliases: Record<string, number>; readonly versions: readonly Version[] }
interface SnapshotHeader { readonly digest: string; readonly uploads?: readonly { readonly id: string; readonly rows: number; readonly leftOut: number }[] }

let stack: TrainedStack;
let pictures: Buffer[];
let pixels: Buffer[];
let digits: number[];

beforeAll(async () => {
  stack = await startTrainedStack({ serviceEnv: { api: { MAX_UPLOAD_SIZE: '1000000' } } });
  digits = await readTestLabels(PICTURES);
  const drawn = await readTestDigits(PICTURES);
  pixels = drawn.map((digit) => Buffer.from(digit.map((value) => Math.round(value * 255))));
  pictures = await Promise.all(drawn.map((digit) => renderDigit(digit, 'black')));
}, 400_000);

afterAll(async () => {
  await stack?.close();
}, 60_000);

interface UploadOptions { readonly fields?: Readonly<Record<string, string>>; readonly query?: string }

function upload(files: readonly Uint8Array[], labels: readonly string[], { fields = {}, query = '' }: UploadOptions = {}): Promise<Answer<Uploaded>> {
  const entries = [...files.map((file) => ['files', file] as const), ...labels.map((label) => ['labels', label] as const), ...Object.entries(fields)];
  return send(entries, query);
}

function send(entries: readonly (readonly [name: string, value: string | Uint8Array])[], query = ''): Promise<Answer<Uploaded>> {
  const form = new FormData();
  for (const [index, [name, value]] of entries.entries()) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value)]), `digit-${index}.png`);
  }
  return postForm(`${stack.httpUrl}/upload${query}`, form);
}

const dataset = (...path: string[]): string => join(stack.objectsDirectory, 'datasets', 'mnist', ...path);
const incoming = async (): Promise<string[]> => (await readdir(dataset('incoming')).catch(() => [])).sort();
const snapshots = async (): Promise<string[]> => (await readdir(dataset())).filter((name) => name !== 'incoming');
const versions = async (): Promise<Versions> => (await getJson<Versions>(`${stack.httpUrl}/models/mnist/versions`)).body;
const headerOf = async (digest: string): Promise<SnapshotHeader> => JSON.parse(await readFile(dataset(digest, 'dataset.json'), 'utf8')) as SnapshotHeader;

function runEnded(id: string): Promise<Run> {
  const look = async (): Promise<Run | undefined> => [(await getJson<Run>(`${stack.httpUrl}/runs/${id}`)).body].find(({ status }) => status !== 'queued' && status !== 'running');
  return until(look, { deadlineMs: RUN_ENDS_WITHIN_MS, describe: 'the run to end' });
}

describe('POST /upload', () => {
  it.each<[string, () => Promise<Answer<Uploaded>>, number, RegExp]>([
    ['nothing', () => upload([], ['1'], {}), 400, /no pictures; they are expected in the field "files"/],
    ['fewer labels than pictures', () => upload(pictures.slice(0, 3), ['1', '2']), 400, /has 3 pictures in "files" and 2 labels in "labels"/],
    ['a label that is no class', () => upload(pictures.slice(0, 2), ['7', 'ten']), 400, /Label 2 of the upload is "ten"; one of 0, 1, 2/],
    ['labels that are no list', () => upload(pictures.slice(0, 2), ['[1,']), 400, /"labels" is "\[1,"; a JSON array/],
    ['a text among the pictures', () => upload([pictures[0]!, Buffer.from('seven, honestly')], ['7', '7']), 415, /Picture 2 of the upload, "digit-1.png", cannot be used: .*PNG, JPEG/],
    ['a picture that claims gigabytes', () => upload([imageBomb(100_000, 100_000)], ['7']), 400, /Picture 1 of the upload.*100000×100000/],
    ['a picture too large to train on', () => upload([imageBomb(5_000, 5_000)], ['7']), 400, /is 5000×5000 pixels; at most 16000000/],
    ['more bytes than are accepted', () => upload([pictures[0]!, Buffer.alloc(999_990)], ['7', '7']), 413, /larger than/],
    ['a model that takes no pictures', () => upload(pictures.slice(0, 1), ['7'], { fields: { model: 'simple_classifier' } }), 400, /"simple_classifier" takes none/],
    ['a pipeline there is not', () => upload(pictures.slice(0, 1), ['7'], { query: '?pipeline=nope' }), 400, /No pipeline fits/],
    ['a field there is not', () => upload(pictures.slice(0, 1), ['7'], { fields: { colour: 'red' } }), 400, /has a field "colour"/],
    ['a file in another field', () => send([['file', pictures[0]!], ['labels', '7']]), 400, /has a file in the field "file"; "files" is expected/],
    ['text in the place of a file', () => send([['files', 'seven'], ['labels', '7']]), 400, /"files" of the upload is text; a file is expected/],
    ['a model given twice', () => send([['files', pictures[0]!], ['labels', '7'], ['model', 'mnist'], ['model', 'mnist']]), 400, /"model" more than once/],
    ['more pictures than are accepted', () => upload(Array.from({ length: 1_001 }, () => Buffer.of(1)), ['7']), 400, /more than the 1000 pictures/],
    ['more labels than pictures could have', () => upload(pictures.slice(0, 1), Array.from({ length: 1_003 }, () => '7')), 400, /more fields than are accepted/],
    ['what is no form', () => postJson(`${stack.httpUrl}/upload`, { files: [] }), 415, /multipart\/form-data/],
  ])('refuses %s in one sentence, and keeps nothing', async (_, send, status, says) => {
    const before = await incoming();
    const answer = await send();
    expect([answer.status, answer.body]).toEqual([status, { error: expect.stringMatching(says), kind: expect.any(String) }]);
    expect(await incoming()).toEqual(before);
  });

  it.each<[string, (labels: readonly number[]) => string[]]>([
    ['a field for each', (labels) => labels.map(String)],
    ['a JSON array', (labels) => [JSON.stringify(labels)]],
    ['one text with commas', (labels) => [labels.join(', ')]],
  ])('takes labels as %s, and answers as the client expects', async (_, encode) => {
    const { status, body } = await upload(pictures.slice(0, 10), encode(digits.slice(0, 10)));
    const names = { pipeline: 'mnist', model: 'mnist', dataset: 'mnist' };
    expect([status, body]).toEqual([200, { message: 'Uploaded 10 images successfully', count: 10, upload_id: expect.any(String), ...names }]);
    const record = JSON.parse(await readFile(dataset('incoming', body.upload_id, 'upload.json'), 'utf8')) as { pictures: { label: string }[] };
    expect(record.pictures.map(({ label }) => Number(label))).toEqual(digits.slice(0, 10));
  });
});

describe('what was uploaded', () => {
  interface Page { readonly dataset: string; readonly uploads: readonly { readonly upload_id: string; readonly count: number; readonly labels: object }[]; readonly next: string | null }
  const list = (query = ''): Promise<Answer<Page>> => getJson(`${stack.httpUrl}/uploads${query}`);

  it('is listed page by page, the oldest first, without the names and the pictures', async () => {
    const kept = await incoming();
    const labels = Object.fromEntries([...new Set(digits.slice(0, 10))].map((digit) => [digit, digits.slice(0, 10).filter((other) => other === digit).length]));
    const all = await list();
    expect([all.status, all.body]).toEqual([200, {
      pipeline: 'mnist', model: 'mnist', dataset: 'mnist', next: null,
      uploads: kept.map((id) => ({ upload_id: id, count: 10, labels, bytes: expect.any(Number), uploaded_at: expect.stringMatching(/^20.*Z$/), uploaded_by: 'api', request_id: expect.any(String) })),
    }]);
    const first = (await list(`?limit=${kept.length - 1}`)).body;
    const second = (await list(`?model=mnist&limit=2&after=${first.next}`)).body;
    expect([...first.uploads, ...second.uploads]).toEqual(all.body.uploads);
    expect(second.next).toBeNull();
  });

  it.each([['?limit=0', /"limit" is "0"/], ['?limit=101', /from 1 to 100 is expected/], ['?limit=1&limit=2', /"limit" more than once/], ['?pipeline=nope', /No pipeline fits/]])('is not listed for %s', async (query, says) => {
    const answer = await list(query);
    expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(says), kind: 'invalid-input' }]);
  });

  it('is gone once it is removed, and only that', async () => {
    const [first, ...others] = await incoming();
    expect(await deleteJson(`${stack.httpUrl}/uploads/${first}`)).toMatchObject({ status: 200, body: { upload_id: first } });
    expect(await incoming()).toEqual(others);
    expect((await list()).body.uploads.map(({ upload_id: id }) => id)).toEqual(others);
  });

  it.each(['nope', '%2e%2e%2f%2e%2e', '20260105T020000000Z-000000'])('is not found as %s', async (id) => {
    const before = await incoming();
    const answer = await deleteJson(`${stack.httpUrl}/uploads/${id}`);
    expect([answer.status, answer.body]).toEqual([404, { error: expect.stringMatching(/^There is no upload "/), kind: 'upload-not-found' }]);
    expect(await incoming()).toEqual(before);
  });
});

describe('a retraining after uploads', () => {
  it('learns from them, says so in its snapshot, and puts no worse model in the place of the champion, whatever the labels', async () => {
    const [before, known, [first]] = [await incoming(), await snapshots(), (await versions()).versions];
    const wrong = await upload(pictures, digits.map((digit) => String((digit + 1) % 10)));
    expect(wrong).toMatchObject({ status: 200, body: { count: PICTURES } });

    const { body: queued } = await postJson<{ run_id: string }>(`${stack.httpUrl}/retrain`, { model: 'mnist', epochs: 3 });
    const run = await runEnded(queued.run_id);
    expect(run.evaluation!.rows).toBe(10_000);

    const [digest] = (await snapshots()).filter((name) => !known.includes(name));
    const header = await headerOf(digest!);
    expect(header).toMatchObject({ digest, uploads: [...before.map((id) => ({ id, rows: 10, leftOut: 0 })), { id: wrong.body.upload_id, rows: PICTURES, leftOut: 0 }] });
    expect((await headerOf(first!.lineage.datasetDigest)).uploads).toBeUndefined();
    const frame = await readFile(dataset(digest!, 'training.frame'));
    const { inputs, labels } = Object.fromEntries(decodeFrame(frame).tensors) as Record<'inputs' | 'labels', Tensor>;
    expect(inputs.shape).toEqual([MNIST_TRAINING_ROWS + before.length * 10 + PICTURES, 28, 28, 1]);
    // Pixels lie in snapshots as the bytes they are: what was uploaded came through as it is, with the labels it was given.
    expect(Buffer.from((inputs.data as Uint8Array).slice(-PICTURES * 784)).equals(Buffer.concat(pixels))).toBe(true);
    expect([...(labels.data as Int32Array).slice(-PICTURES)]).toEqual(digits.map((digit) => (digit + 1) % 10));

    const after = await versions();
    const champion = after.versions.find(({ version }) => version === after.aliases['champion']);
    process.stderr.write(`upload: ${run.status} with ${run.evaluation!.accuracy} after ${first!.metrics['accuracy']}\n`);
    expect(champion!.metrics['accuracy']).toBeGreaterThanOrEqual(first!.metrics['accuracy']! - TOLERATED_LOSS);
    expect([run.status, champion!.lineage.datasetDigest]).toEqual(run.version === null ? ['rejected', first!.lineage.datasetDigest] : ['succeeded', digest]);

    // What a run has learnt from stays in its snapshot when the upload is removed.
    expect(await deleteJson(`${stack.httpUrl}/uploads/${wrong.body.upload_id}`)).toMatchObject({ status: 200 });
    expect(await incoming()).toEqual(before);
    expect(await headerOf(digest!)).toEqual(header);
    expect((await readFile(dataset(digest!, 'training.frame'))).equals(frame)).toBe(true);
  }, RUN_ENDS_WITHIN_MS + 20_000);
});
