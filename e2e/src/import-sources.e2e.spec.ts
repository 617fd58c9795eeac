import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DTYPES } from '@switchyard/tensor';
import { until } from '@switchyard/test-kit';
import sharp from 'sharp';
import { echoEdgeRows, EDGE_ROWS, EVERY_DTYPE_MODEL } from './import/every-dtype.js';
import { startImportStack, type ImportStack } from './import/import-stack.js';
import { identityModel, negatingModel, negatingModelOf } from './import/odd-models.js';
import { switchyardCommandWith, type CommandResult } from './import/switchyard-command.js';
import { getJson, postForm, postJson, type Answer } from './stack/http.js';
import { encodeOnnx } from './stack/onnx-file.js';

const SECONDS = 1_000;
const AFFINE = fileURLToPath(new URL('../../libs/engine/fixtures/saved-model/affine', import.meta.url));

let stack: ImportStack;
let pids: readonly number[];

beforeAll(async () => {
  stack = await startImportStack();
  pids = stack.services.map(({ pid }) => pid);
}, 120 * SECONDS);

afterAll(() => stack?.close(), 60 * SECONDS);

type Predictions = { readonly predictions?: readonly unknown[] };

const predict = (model: string, instances: readonly unknown[]): Promise<Answer<Predictions>> => postJson(`${stack.httpUrl}/v1/models/${model}:predict`, { instances });

async function predictWhenServed(model: string, instances: readonly unknown[]): Promise<readonly unknown[]> {
  return until(async () => (await predict(model, instances)).body.predictions, { deadlineMs: 40 * SECONDS, describe: `${model} to answer` });
}

describe('a model at an address', () => {
  let site: Server;
  let address: string;
  /** The command's own, so that what it leaves is seen. */
  let temporary: string;
  let heldWhileAsking: readonly string[];

  beforeAll(async () => {
    temporary = join(stack.folder, 'temporary');
    await mkdir(temporary);
    const model = await readFile(EVERY_DTYPE_MODEL);
    site = createServer((request, response) => {
      heldWhileAsking = readdirSync(temporary);
      if (request.url === '/models/echo.onnx?download=1') response.end(model);
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    site?.close();
  });

  const importFrom = (url: string, name: string): Promise<CommandResult> => switchyardCommandWith({ ...process.env, TMPDIR: temporary }, 'import', url, '--name', name, '--api', stack.httpUrl);

  it('is downloaded, published and answers, and leaves nothing behind on the machine that asked', async () => {
    const { code, lines } = await importFrom(`${address}/models/echo.onnx?download=1`, 'downloaded');
    expect([code, lines[0]]).toEqual([0, `Downloading ${address}/models/echo.onnx?download=1 …`]);
    expect(lines).toContainEqual(expect.stringContaining('Model "downloaded" version 1 is published and serves.'));
    expect(await echoEdgeRows(stack.httpUrl, 'downloaded')).toEqual(EDGE_ROWS);
    expect([heldWhileAsking, await readdir(temporary)]).toEqual([[expect.stringMatching(/^switchyard-download-/)], []]);
  }, 60 * SECONDS);

  it('that is not there is told in one sentence', async () => {
    const { code, lines } = await importFrom(`${address}/models/none.onnx`, 'absent');
    expect([code, lines.at(-1)]).toEqual([1, `${address}/models/none.onnx answers 404; a file is expected.`]);
    expect([heldWhileAsking, await readdir(temporary)]).toEqual([[expect.stringMatching(/^switchyard-download-/)], []]);
  }, 60 * SECONDS);

  it('where nobody listens is told in one sentence', async () => {
    site.closeAllConnections();
    await new Promise((closed) => site.close(closed));
    const { code, lines } = await importFrom(`${address}/models/echo.onnx`, 'absent');
    expect([code, lines.at(-1)]).toEqual([1, `${address}/models/echo.onnx cannot be fetched: connect ECONNREFUSED ${new URL(address).host}.`]);
    expect(await readdir(temporary)).toEqual([]);
    expect((await getJson(`${stack.httpUrl}/models/absent/versions`)).status).toBe(404);
  }, 60 * SECONDS);
});

describe('a folder laid out as TensorFlow Serving’s', () => {
  async function layDown(directory: string, models: readonly Buffer[]): Promise<void> {
    for (const [index, model] of models.entries()) {
      await mkdir(join(directory, String(index + 1)), { recursive: true });
      await writeFile(join(directory, String(index + 1), 'model.onnx'), model);
    }
  }

  it('has a SavedModel served, with the files that lie in folders of it', async () => {
    const version = join(stack.folder, 'watched/affine/1');
    await cp(AFFINE, version, { recursive: true });
    await mkdir(join(version, 'assets'));
    await writeFile(join(version, 'assets/words.txt'), 'one\ntwo\n');
    const instance = { x: [1, 2, 3], offset: [10, 20] };
    expect(await predictWhenServed('affine', [instance])).toEqual([{ total: [6], scores: [9.5, 29.5] }]);
    expect(await predict('affine/versions/1', [instance])).toMatchObject({ status: 200 });
    expect(await readFile(join(stack.objects, 'models/affine/versions/1/saved-model/assets/words.txt'), 'utf8')).toBe('one\ntwo\n');
  }, 90 * SECONDS);

  it('has every version served under the policy `all` of its configuration', async () => {
    const directory = join(stack.folder, 'watched/every');
    await mkdir(directory);
    await writeFile(join(directory, 'model_config.json'), JSON.stringify({ model_version_policy: { all: {} } }));
    await layDown(directory, [identityModel(), negatingModel()]);
    expect(await predictWhenServed('every/versions/1', [[7]])).toEqual([[7]]);
    expect(await predictWhenServed('every/versions/2', [[7]])).toEqual([[-7]]);
    expect(await predictWhenServed('every', [[7]])).toEqual([[-7]]);
  }, 90 * SECONDS);

  it('has every version served under the policy `all` of the model_config_file', async () => {
    await layDown(join(stack.folder, 'elsewhere'), [identityModel(), negatingModel()]);
    await stack.listModels(`config { name: "listed" base_path: "${join(stack.folder, 'elsewhere')}" model_platform: "tensorflow" model_version_policy { all {} } }`);
    expect(await predictWhenServed('listed/versions/1', [[7]])).toEqual([[7]]);
    expect(await predictWhenServed('listed/versions/2', [[7]])).toEqual([[-7]]);
  }, 90 * SECONDS);
});

describe('an ONNX file', () => {
  it('that takes three rows at a time answers one, four and seven', async () => {
    const file = join(stack.folder, 'threes.onnx');
    await writeFile(file, negatingModelOf(3));
    const { code, lines } = await stack.importModel(file, 'threes');
    expect([code, lines]).toEqual([0, expect.arrayContaining([expect.stringContaining('"x" float32[?,1] → "y" float32[?,1], 3 rows at a time.')])]);
    for (const rows of [1, 4, 7]) {
      const instances = Array.from({ length: rows }, (_, index) => [index + 0.5]);
      expect((await predict('threes', instances)).body).toEqual({ predictions: instances.map(([value]) => [-value!]) });
    }
  }, 60 * SECONDS);

  it('with a tensor of every dtype is inspected, tried and served', async () => {
    const { code, lines } = await stack.importModel(EVERY_DTYPE_MODEL, 'every-dtype');
    expect(code).toBe(0);
    for (const dtype of DTYPES) expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^ {2}inspect .*"${dtype}_in" ${dtype}\\[\\?,2\\].* → .*"${dtype}_out" ${dtype}\\[\\?,2\\]`)));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}trial +Onnx takes [\d.]+ ms a row alone and [\d.]+ ms a row in a batch of 8\./));
    expect(await echoEdgeRows(stack.httpUrl, 'every-dtype')).toEqual(EDGE_ROWS);
  }, 60 * SECONDS);
});

describe('a model in the object store', () => {
  const labels = ['red', 'green', 'blue'];
  /** `scores = softmax(pixel)`, of pictures of one pixel. */
  const colours = encodeOnnx({
    inputs: [{ name: 'image', dtype: 'float32', shape: [-1, 1, 1, 3] }],
    outputs: [{ name: 'scores', dtype: 'float32', shape: [-1, 3] }],
    nodes: [{ type: 'Flatten', inputs: ['image'], output: 'pixel', axis: 1 }, { type: 'Softmax', inputs: ['pixel'], output: 'scores', axis: 1 }],
  });

  it('is imported with its preprocessing and its labels, and classifies pictures by them', async () => {
    await mkdir(join(stack.objects, 'uploads/colours'), { recursive: true });
    await writeFile(join(stack.objects, 'uploads/colours/model.onnx'), colours);
    const answer = await postJson(`${stack.httpUrl}/models/colours/versions`, { from: 'uploads/colours', preprocess: 'tf', labels }, { prefer: 'wait=60' });
    expect(answer).toMatchObject({ status: 201, body: { status: 'succeeded', version: 1 } });
    const { body } = await getJson<{ versions: object[] }>(`${stack.httpUrl}/models/colours/versions`);
    const preprocessing = { kind: 'image', width: 1, height: 1, channels: 3, layout: 'NHWC', channelOrder: 'RGB', mean: [127.5], std: [127.5], scale: 1 };
    const engineChoice = { engine: 'onnx', reason: expect.stringMatching(/^onnx takes [\d.]+ ms a row alone/) };
    const signature = { inputs: [{ name: 'image', dtype: 'float32', shape: [-1, 1, 1, 3] }] };
    expect(body.versions).toMatchObject([{ version: 1, labels, signature, preprocessing, engine_choice: engineChoice }]);
    const manifest: unknown = JSON.parse(await readFile(join(stack.objects, 'models/colours/versions/1/manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ labels, preprocessing, engineChoice });
    await until(() => classify('lime'), { deadlineMs: 40 * SECONDS, describe: 'colours to be served' });
    // 255 becomes 1, and 0 becomes -1.
    for (const [index, colour] of ['red', 'lime', 'blue'].entries()) {
      const scores = labels.map((_, place) => (place === index ? Math.E ** 2 : 1) / (Math.E ** 2 + 2));
      expect(await classify(colour)).toEqual({ prediction: labels[index], probabilities: scores.map((score) => expect.closeTo(score, 5)) });
    }
  }, 90 * SECONDS);

  async function classify(colour: string): Promise<object | undefined> {
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: colour } }).png().toBuffer();
    const form = new FormData();
    form.append('file', new Blob([picture as Uint8Array<ArrayBuffer>]), 'picture.png');
    const { status, body } = await postForm<{ prediction: string; probabilities: number[] }>(`${stack.httpUrl}/predict?model=colours`, form);
    return status === 200 ? { prediction: body.prediction, probabilities: body.probabilities } : undefined;
  }
});

describe('after all that', () => {
  it('every service is the process it was', () => {
    expect(stack.services.map(({ pid }) => pid)).toEqual(pids);
    expect(stack.events).toEqual([]);
  });
});
