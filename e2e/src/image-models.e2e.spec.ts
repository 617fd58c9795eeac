import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith, startTestStack, type TestStack } from '@switchyard/test-kit';
import { accuracyOf, classifyPhotos, goldenDifferences, type Classified } from './image-models/classify-photos.js';
import { testImagenet } from './stack/imagenet.config.js';
import { importModel } from './image-models/import-model.js';
import { readPhotos, type GoldenModel, type Photo } from './image-models/photos.js';
import { awaitChampions } from './stack/await-champions.js';
import { getJson, postForm } from './stack/http.js';

/** Each with the preprocessing it was trained with, and how many of the 100 photos it recognises with it, by its publisher's own pipeline. */
const MODELS = [
  { name: 'mobilenet', source: 'mobilenet_v2.onnx', preprocess: 'tf', engine: 'onnx', golden: 'mobilenet_v2', top1: 87, top5: 99 },
  { name: 'lite0', source: 'efficientnet_lite0.onnx', preprocess: 'filter=bicubic,mean=127,std=128', engine: 'onnx', golden: 'efficientnet_lite0', top1: 86, top5: 96 },
  { name: 'lite2', source: 'efficientnet_lite2.onnx', preprocess: 'resize=292,filter=bicubic,mean=127,std=128', engine: 'onnx', golden: 'efficientnet_lite2', top1: 88, top5: 99 },
  { name: 'mobilenet-tfjs', source: 'tfjs/mobilenet_v2', preprocess: 'tf', engine: 'tensorflow', golden: 'mobilenet_v2', top1: 87, top5: 99 },
  { name: 'mobilenet-saved-model', source: 'saved_model/mobilenet_v2', preprocess: 'tf', engine: 'tensorflow', golden: 'mobilenet_v2', top1: 87, top5: 99 },
] as const satisfies readonly { golden: GoldenModel; [key: string]: unknown }[];

/** Resizing was Pillow's there and is libvips' here: the pixels differ by 0.2 of 255 on average, and a photo may change its place. */
const PHOTOS_TO_DIFFER = 1;
const SERVING_DEADLINE_MS = 60_000;

describeWith(testImagenet(), 'models of photos', ({ directory }) => {
  let folder: string;
  let stack: TestStack;
  let photos: Photo[];
  const answers = new Map<string, Classified[]>();
  const start = (engine: string): Promise<TestStack> => startTestStack({
    objectStoreUrl: pathToFileURL(join(folder, 'objects')).href, env: { LOG_LEVEL: 'warn' },
    // Nothing to train here; and small batches, since every size is run before a version serves.
    serviceEnv: { trainer: { PIPELINES_DIRECTORY: join(folder, 'pipelines') }, 'inference-worker': { ENGINE: engine, MAX_BATCH_ROWS: '4' } },
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-e2e-photos-'));
    for (const name of ['objects', 'pipelines']) await mkdir(join(folder, name));
    photos = await readPhotos(directory);
    stack = await start('onnx');
    const labelsFile = join(directory, 'imagenet_labels.txt');
    for (const { name, source, preprocess } of MODELS) await importModel(stack.httpUrl, { name, source: join(directory, source), preprocess, labelsFile });
    await importModel(stack.httpUrl, { name: 'wrongly-scaled', source: join(directory, 'mobilenet_v2.onnx'), preprocess: 'torch', labelsFile });
    await awaitChampions(stack.httpUrl, [...MODELS.map(({ name }) => name), 'wrongly-scaled'], SERVING_DEADLINE_MS);
    for (const { name } of [...MODELS, { name: 'wrongly-scaled' }]) answers.set(name, await classifyPhotos(stack.httpUrl, name, photos));
  }, 300_000);
  afterAll(async () => {
    await stack?.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it.each(MODELS)('$name recognises as many photos as its publisher says', ({ name, top1, top5 }) => {
    const accuracy = accuracyOf(answers.get(name)!, photos);
    process.stderr.write(`image models: ${name} recognises ${accuracy.top1} of 100 photos, ${accuracy.top5} among its best five\n`);
    expect(Math.abs(accuracy.top1 - top1)).toBeLessThanOrEqual(PHOTOS_TO_DIFFER);
    expect(Math.abs(accuracy.top5 - top5)).toBeLessThanOrEqual(PHOTOS_TO_DIFFER);
  });

  it.each(MODELS)('$name gives its best five classes the probabilities they have without a server', ({ name, golden }) => {
    const differences = goldenDifferences(answers.get(name)!, photos, golden);
    const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
    process.stderr.write(`image models: probabilities of ${name} differ from the golden ones by ${mean.toFixed(4)} on average, ${Math.max(...differences).toFixed(4)} at most\n`);
    // Measured: 0.006 and 0.037.
    expect(mean).toBeLessThan(0.01);
    expect(Math.max(...differences)).toBeLessThan(0.06);
  });

  it('recognises far fewer with the normalisation of another model', () => {
    const { top1, top5 } = accuracyOf(answers.get('wrongly-scaled')!, photos);
    // 65 and 89 with Pillow's pixels too.
    expect(Math.abs(top1 - 65)).toBeLessThanOrEqual(PHOTOS_TO_DIFFER);
    expect(Math.abs(top5 - 89)).toBeLessThanOrEqual(PHOTOS_TO_DIFFER);
  });

  it('names the classes and tells how long decoding took', () => {
    const answer = answers.get('mobilenet')![0]!;
    expect(answer.predictions[0]).toMatchObject({ class_id: 3, label: expect.stringContaining('tiger shark') });
    expect(answer.preprocessing_time_ms).toBeGreaterThan(0);
  });

  it.each(MODELS)('$name ran on $engine', async ({ name, engine }) => {
    expect(await loadedOn(stack)).toMatchObject({ [name]: engine });
  });

  it('fails a damaged photo alone among good ones', async () => {
    const damaged = { ...photos[1]!, bytes: photos[1]!.bytes.subarray(0, 20_000) };
    const uploads = [...photos.slice(0, 8), damaged, ...photos.slice(8, 16)].map(async ({ bytes }) => {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(bytes)]), 'photo.jpg');
      return postForm<{ error?: unknown }>(`${stack.httpUrl}/predict?model=mobilenet`, form);
    });
    const settled = await Promise.all(uploads);
    expect(settled.map(({ status }) => status)).toEqual(settled.map((_, index) => (index === 8 ? 400 : 200)));
    expect(JSON.stringify(settled[8]!.body)).toContain('The image cannot be decoded: the file is damaged or cut short.');
  });

  it('recognises as many where only WebAssembly is to be had', async () => {
    await stack.close();
    stack = await start('wasm');
    await awaitChampions(stack.httpUrl, ['mobilenet-tfjs'], SERVING_DEADLINE_MS);
    const { top1, top5 } = accuracyOf(await classifyPhotos(stack.httpUrl, 'mobilenet-tfjs', photos), photos);
    expect(await loadedOn(stack)).toMatchObject({ 'mobilenet-tfjs': 'wasm' });
    expect(Math.abs(top1 - 87)).toBeLessThanOrEqual(PHOTOS_TO_DIFFER);
    expect(Math.abs(top5 - 99)).toBeLessThanOrEqual(PHOTOS_TO_DIFFER);
  }, 180_000);
});

/** Model → engine, as the worker's metrics say. */
async function loadedOn(stack: TestStack): Promise<Record<string, string>> {
  const { body } = await getJson<string>(`${stack.workers[0]!.url}/metrics`);
  const samples = [...body.matchAll(/^switchyard_models_loaded\{([^}]*)\} 1$/gm)].map(([, labels]) => Object.fromEntries([...labels!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value])));
  return Object.fromEntries(samples.map(({ model, engine }) => [model, engine]));
}
