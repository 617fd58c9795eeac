import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith, until } from '@switchyard/test-kit';
import { ZipFile } from 'yazl';
import { startImportStack, type ImportStack } from './import/import-stack.js';
import { LETHAL_KERNELS, lethalSavedModel } from './import/lethal-model.js';
import { customOperatorModel, greedyModel, identityModel } from './import/odd-models.js';
import { switchyardCommand } from './import/switchyard-command.js';
import { getJson, postForm, postJson } from './stack/http.js';
import { testImagenet } from './stack/imagenet.config.js';

interface ImportView {
  readonly id: string;
  readonly status: string;
  readonly version: number | null;
  readonly error: { readonly kind: string; readonly message: string } | null;
  readonly steps: readonly { readonly step: string; readonly message: string }[];
}
type Refusal = { readonly error: string; readonly kind: string };

const MEBIBYTE = 1024 * 1024;
const SECONDS = 1_000;

let stack: ImportStack;
let folder: string;
let objects: string;
let pids: readonly number[];

beforeAll(async () => {
  stack = await startImportStack({ env: LETHAL_KERNELS });
  ({ folder, objects } = stack);
  pids = stack.services.map(({ pid }) => pid);
}, 120 * SECONDS);

afterAll(() => stack?.close(), 60 * SECONDS);

async function written(name: string, content: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** A multipart upload whose file names are sent as they are. */
function upload<Body>(name: string, files: readonly (readonly [path: string, content: Uint8Array])[], fields: Readonly<Record<string, string>> = {}) {
  const form = new FormData();
  for (const [path, content] of files) form.append('file', new Blob([content as Uint8Array<ArrayBuffer>]), path);
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  return postForm<Body>(`${stack.httpUrl}/models/${name}/versions`, form);
}

async function ended(id: string): Promise<ImportView> {
  return until(async () => {
    const { body } = await getJson<ImportView>(`${stack.httpUrl}/imports/${id}`);
    return body.status === 'succeeded' || body.status === 'failed' ? body : undefined;
  }, { deadlineMs: 60 * SECONDS, describe: 'the import to end' });
}

async function keysUnder(prefix: string): Promise<boolean> {
  return stat(join(objects, prefix)).then(() => true, () => false);
}

describe('a small ONNX model', () => {
  it('is brought with one command, which ends with a call that works', async () => {
    const { code, lines } = await stack.importModel(await written('echo.onnx', identityModel()), 'echo');
    expect([code, lines.slice(0, 4).map((line) => line.trim().split(/\s+/)[0])]).toEqual([0, ['Uploading', 'fetch', 'inspect', 'trial']]);
    expect(lines.at(-1)).toBe(`curl -s ${stack.httpUrl}/v1/models/echo:predict -d '{"instances":[[0]]}'`);
    expect((await postJson(`${stack.httpUrl}/v1/models/echo:predict`, { instances: [[1.5], [-2]] })).body).toEqual({ predictions: [[1.5], [-2]] });
  }, 60 * SECONDS);

  it('comes as a further version, from a zip file by HTTP alone, and waits when it is told to', async () => {
    const zip = new ZipFile();
    zip.addBuffer(identityModel(), 'folder/any-name.onnx');
    zip.end();
    const submitted = await upload<ImportView>('echo', [['echo.zip', await buffer(zip.outputStream as NodeJS.ReadableStream)]], { promote: 'false' });
    expect([submitted.status, submitted.headers.get('location')]).toEqual([202, `/imports/${submitted.body.id}`]);
    expect(await ended(submitted.body.id)).toMatchObject({ status: 'succeeded', version: 2, error: null });
    const { body } = await getJson<{ models: { name: string; aliases: object }[] }>(`${stack.httpUrl}/models`);
    expect(body.models.find(({ name }) => name === 'echo')?.aliases).toEqual({ champion: 1 });
    expect(await keysUnder(`imports/${submitted.body.id}/staged`)).toBe(false);
    expect(await keysUnder(`imports/${submitted.body.id}/ready`)).toBe(false);
  }, 60 * SECONDS);

  it('may lie in the object store already, where it stays, and is waited for by those who prefer to', async () => {
    await mkdir(join(objects, 'uploads/echo'), { recursive: true });
    await writeFile(join(objects, 'uploads/echo/model.onnx'), identityModel());
    const { status, body } = await postJson<ImportView>(`${stack.httpUrl}/models/echo/versions`, { from: 'uploads/echo', promote: false }, { prefer: 'wait=60' });
    expect([status, body.status, body.version]).toEqual([201, 'succeeded', 3]);
    expect(await keysUnder('uploads/echo/model.onnx')).toBe(true);
  }, 60 * SECONDS);
});

describe('what is no model gets one sentence, and harms nobody', () => {
  it.each([
    ['a picture', 'cat.png', () => Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1'), /^No model was found: .* there is "cat\.png"\.$/],
    ['a picture that is called a model', 'cat.onnx', () => Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1'), /^The file model\.onnx cannot be read as an ONNX model: .*\.$/],
    ['a model cut short', 'cut.onnx', () => identityModel().subarray(0, 60), /^The file model\.onnx cannot be read as an ONNX model: .*\.$/],
    ['a model with an operator of its own', 'custom.onnx', customOperatorModel, /^The file model\.onnx cannot be read as an ONNX model: .*Frobnicate.*\.$/],
    ['a model that takes too much memory', 'greedy.onnx', greedyModel, /^Trying the model on the onnx engine took more than the 1536 MiB of memory it may have, and was stopped\.$/],
    ['a model that crashes its engine', 'saved_model.pb', lethalSavedModel, /^Trying the model on the tensorflow engine crashed the process it was tried in \(SIGABRT\); nothing else was harmed\.$/],
    ['an archive cut short', 'cut.zip', () => Buffer.from('PK\x03\x04 and no more', 'latin1'), /^The archive cannot be read as zip: it is damaged or cut short\.$/],
  ])('%s', async (_name, file, content, sentence) => {
    const { code, lines } = await stack.importModel(await written(file, await content()), 'bad');
    expect([code, lines.at(-1)]).toEqual([1, expect.stringMatching(sentence)]);
    expect(stack.services.map(({ pid }) => pid)).toEqual(pids);
  }, 60 * SECONDS);

  it('a bomb', async () => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.alloc(200 * MEBIBYTE), 'model.onnx');
    zip.end();
    const { code, lines } = await stack.importModel(await written('bomb.zip', await buffer(zip.outputStream as NodeJS.ReadableStream)), 'bad');
    expect([code, lines.at(-1)]).toEqual([1, expect.stringMatching(/unpacks to more than 100 times its size; models do not, and bombs do\.$/)]);
  }, 60 * SECONDS);

  it.each([
    ['a path that climbs', [['../../evil.onnx', 'x']], {}, /"\.\.\/\.\.\/evil\.onnx" leads out of the folder/],
    ['an absolute path', [['/etc/evil', 'x']], {}, /"\/etc\/evil" leads out of the folder/],
    ['two files for one path', [['model.onnx', 'x'], ['model.onnx', 'y']], {}, /Two files claim the path "model\.onnx"/],
    ['no files', [], { promote: 'true' }, /has no files/],
    ['a field that nobody knows', [['model.onnx', 'x']], { colour: 'red' }, /field "colour"/],
    ['a word for true or false', [['model.onnx', 'x']], { promote: 'perhaps' }, /"promote" is "perhaps"/],
    ['labels that are none', [['model.onnx', 'x']], { labels: '[1]' }, /Label 0/],
  ] as const)('%s', async (_name, files, fields, sentence) => {
    const { status, body } = await upload<Refusal>('bad', files.map(([path, content]) => [path, Buffer.from(content)] as const), fields);
    expect([status, body.error]).toEqual([400, expect.stringMatching(sentence)]);
  });

  it.each([
    ['a place that holds nothing', { from: 'uploads/nothing' }, /no files to import/],
    ['answers of jobs', { from: 'jobs/1' }, /"jobs\/" holds no models/],
    ['a place that climbs', { from: '../objects' }, /cannot begin an object key/],
    ['no place', {}, /"from" is missing/],
  ])('%s', async (_name, body, sentence) => {
    const answer = await postJson<Refusal>(`${stack.httpUrl}/models/bad/versions`, body, { prefer: 'wait=30' });
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(sentence)]);
  }, 60 * SECONDS);

  it('a damaged file, in the answer for which its sender waits', async () => {
    await mkdir(join(objects, 'uploads/damaged'), { recursive: true });
    await writeFile(join(objects, 'uploads/damaged/model.onnx'), identityModel().subarray(0, 40));
    const { status, body } = await postJson<Refusal>(`${stack.httpUrl}/models/bad/versions`, { from: 'uploads/damaged' }, { prefer: 'wait=30' });
    expect([status, body.error]).toEqual([400, expect.stringMatching(/^The file model\.onnx cannot be read as an ONNX model/)]);
  }, 60 * SECONDS);

  it('an import that there is not', async () => {
    expect((await getJson(`${stack.httpUrl}/imports/nothing`)).status).toBe(404);
    expect((await getJson(`${stack.httpUrl}/imports/..%2f..%2fmodels`)).status).toBe(404);
  });

  it('an address without a Switchyard', async () => {
    const { code, lines } = await switchyardCommand('import', await written('echo.onnx', identityModel()), '--name', 'echo', '--api', 'http://127.0.0.1:1');
    expect([code, lines.at(-1)]).toEqual([1, expect.stringMatching(/^There is no Switchyard at http:\/\/127\.0\.0\.1:1/)]);
  });
});

describeWith(testImagenet(), 'real models', ({ directory }) => {
  it.each([
    ['an ONNX file', 'mobilenet_v2.onnx', 'onnx'],
    ['a SavedModel', 'saved_model', 'saved-model'],
    ['a TensorFlow.js graph model', 'tfjs/mobilenet_v2', 'tfjs-graph'],
  ])('%s classifies a photo', async (_name, path, format) => {
    const model = `mobilenet-${format}`;
    const { code, lines } = await stack.importModel(join(directory, path), model, '--preprocess', 'tf', '--labels', join(directory, 'imagenet_labels.txt'));
    process.stderr.write(`import: ${lines.filter((line) => / (trial|compile) /.test(line)).map((line) => line.trim()).join(' ')}\n`);
    expect([code, lines.at(-1)]).toEqual([0, `curl -s -F file=@photo.jpg '${stack.httpUrl}/predict?model=${model}'`]);
    const form = new FormData();
    form.append('file', new Blob([(await readFile(join(directory, 'photos/n01491361_tiger_shark.jpg'))) as Uint8Array<ArrayBuffer>]), 'photo.jpg');
    const { status, body } = await postForm<object>(`${stack.httpUrl}/predict?model=${model}`, form);
    expect([status, JSON.stringify(body)]).toEqual([200, expect.stringContaining('tiger shark')]);
  }, 120 * SECONDS);
});

describe('a folder laid out as TensorFlow Serving’s', () => {
  const predict = (choice = '') => postJson<{ predictions?: number[][]; error?: string }>(`${stack.httpUrl}/v1/models/watched${choice}:predict`, { instances: [[7]] });
  const answers = (choice = ''): Promise<true> => until(async () => (await predict(choice)).body.predictions?.[0]?.[0] === 7 || undefined, { deadlineMs: 40 * SECONDS, describe: `watched${choice} to answer` });

  async function copyIn(version: number, parts: readonly Buffer[]): Promise<void> {
    const directory = join(folder, 'watched/watched', String(version));
    await mkdir(directory, { recursive: true });
    for (const part of parts) await appendFile(join(directory, 'model.onnx'), part);
  }

  it('has its new versions served within seconds, under the numbers of their folders', async () => {
    await copyIn(20, [identityModel()]);
    await answers();
    await answers('/versions/20');
    expect(await predict('/versions/1')).toMatchObject({ status: 404 });
  }, 60 * SECONDS);

  it('has a version that is being copied imported only when it is whole, and the labels that its configuration asks for', async () => {
    const model = identityModel();
    await writeFile(join(folder, 'watched/watched/model_config.json'), JSON.stringify({ model_version_policy: { latest: { num_versions: 2 } }, version_labels: { stable: 20, canary: 30 } }));
    let copied = 0;
    // A slow copy: a byte with every look, for as long as the label takes to be set.
    await until(async () => {
      await copyIn(30, [model.subarray(copied, ++copied)]);
      return (await predict('/labels/stable')).status === 200;
    }, { deadlineMs: 40 * SECONDS, describe: 'the label to be set' });
    expect(copied).toBeLessThan(model.byteLength);
    await copyIn(30, [model.subarray(copied)]);
    await answers('/labels/canary');
    await answers('/versions/30');
    await answers('/versions/20');
    const found = stack.lines.filter(({ line }) => line.includes('directory.version-found')).map(({ line }) => (JSON.parse(line) as { sourceVersion: number }).sourceVersion);
    expect(found).toEqual([20, 30]);
  }, 90 * SECONDS);
});

describe('TensorFlow Serving’s model_config_file', () => {
  it('has the versions it names served from wherever they lie, once they are listed, and labelled', async () => {
    for (const version of ['4', '5', '6']) {
      await mkdir(join(folder, 'elsewhere', version), { recursive: true });
      await writeFile(join(folder, 'elsewhere', version, 'model.onnx'), identityModel());
    }
    const policy = 'model_version_policy { specific { versions: 4 versions: 5 } } version_labels { key: "stable" value: 4 }';
    await stack.listModels(`config { name: "listed" base_path: "${join(folder, 'elsewhere')}" model_platform: "tensorflow" ${policy} }`);
    const predict = (choice: string) => postJson(`${stack.httpUrl}/v1/models/listed${choice}:predict`, { instances: [[7]] });
    for (const choice of ['', '/versions/4', '/versions/5', '/labels/stable']) {
      await until(async () => (await predict(choice)).status === 200 || undefined, { deadlineMs: 40 * SECONDS, describe: `listed${choice} to answer` });
    }
    expect((await predict('/versions/6')).status).toBe(404);
  }, 60 * SECONDS);
});

describe('ResNet50', () => {
  it('is compiled to ONNX by our own exporter, with parity shown and every engine measured; a file of it imports the same way', async () => {
    const layers = join(folder, 'resnet50');
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL('../dist/import/write-resnet50.js', import.meta.url)), layers]);
    expect(Number(stdout)).toBe(25_636_712);
    const own = await stack.importModel(layers, 'resnet50', '--preprocess', 'caffe');
    process.stderr.write(`${own.lines.join('\n')}\n`);
    expect(own.code).toBe(0);
    const trials = own.lines.filter((line) => line.startsWith('  trial '));
    // The original on the engines that run TensorFlow.js' models, the compiled form on the one that runs ONNX.
    for (const engine of ['Tensorflow', 'Wasm', 'Onnx']) expect(trials).toContainEqual(expect.stringMatching(new RegExp(`${engine} takes [\\d.]+ ms a row alone`)));
    const { engineChoice } = JSON.parse(await readFile(join(objects, 'models/resnet50/versions/1/manifest.json'), 'utf8')) as { engineChoice: { engine: string; reason: string } };
    expect(['onnx', 'tensorflow', 'wasm']).toContain(engineChoice.engine);
    expect(engineChoice.reason).toMatch(new RegExp(`^${engineChoice.engine} takes `));
    for (const engine of ['onnx', 'tensorflow', 'wasm']) expect(engineChoice.reason).toMatch(new RegExp(`${engine} takes [\\d.]+ ms a row alone`));
    const { body } = await getJson<{ versions: { formats: string[]; compilation: { compiled: boolean; maxAbsDifference: number; parityRows: number } }[] }>(`${stack.httpUrl}/models/resnet50/versions`);
    expect(body.versions[0]).toMatchObject({ formats: expect.arrayContaining(['onnx', 'tfjs-layers']), compilation: { compiled: true, parityRows: expect.any(Number) } });
    expect(body.versions[0]!.compilation.maxAbsDifference).toBeLessThanOrEqual(1e-5);
    await cp(join(objects, 'models/resnet50/versions/1/onnx/model.onnx'), join(folder, 'my-resnet50.onnx'));
    const theirs = await stack.importModel(join(folder, 'my-resnet50.onnx'), 'resnet50', '--preprocess', 'caffe');
    expect([theirs.code, theirs.lines.join('\n')]).toEqual([0, expect.stringContaining('Model "resnet50" version 2 is published and serves.')]);
  }, 240 * SECONDS);
});

describe('after all that', () => {
  it('every service is the process it was', () => {
    expect(stack.services.map(({ pid }) => pid)).toEqual(pids);
    expect(stack.events).toEqual([]);
  });
});
