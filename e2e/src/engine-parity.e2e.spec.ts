import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { isolateEngine, type IsolateEngineOptions } from '@switchyard/engine-isolation';
import type { ModelFormat } from '@switchyard/model-registry';
import { numericData, tensor, type Tensor } from '@switchyard/tensor';
import { describeWith } from '@switchyard/test-kit';
import { testImagenet } from './stack/imagenet.config.js';

const PHOTOS = 8;
const SIZE = 224;
const CHANNELS = 3;
/** Logits of MobileNetV2 lie between about −10 and 25. */
const PARITY = 1e-3;

/** MobileNetV2 in every form, each on its engine, hosted as the worker hosts it. */
const FORMS: readonly (readonly [label: string, format: ModelFormat, folder: string, Pick<IsolateEngineOptions, 'isolation' | 'factoryName' | 'moduleUrl' | 'engine'>])[] = [
  ['the tfjs graph model on tensorflow', 'tfjs-graph', 'tfjs/mobilenet_v2', hosted('tensorflow', 'process', 'createTensorflowEngine')],
  ['the tfjs graph model on wasm', 'tfjs-graph', 'tfjs/mobilenet_v2', hosted('wasm', 'thread', 'createWasmEngine')],
  ['the SavedModel on tensorflow', 'saved-model', 'saved_model/mobilenet_v2', hosted('tensorflow', 'process', 'createSavedModelEngine')],
];

describeWith(testImagenet(), 'MobileNetV2 on real photos', ({ directory }) => {
  let folder: string;
  let photos: Float32Array;
  let reference: Float32Array;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-parity-'));
    await copyFile(join(directory, 'mobilenet_v2.onnx'), join(folder, 'model.onnx'));
    photos = await readPhotos(join(directory, 'photos'));
    const channelsFirst = tensor('float32', [PHOTOS, CHANNELS, SIZE, SIZE], toChannelsFirst(photos));
    reference = await logits(hosted('onnx', 'thread', 'createOnnxEngine'), 'onnx', folder, channelsFirst);
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true }));

  it.each(FORMS)('gets the logits of onnx from %s', async (_, format, path, engine) => {
    const got = await logits(engine, format, join(directory, path), tensor('float32', [PHOTOS, SIZE, SIZE, CHANNELS], photos));
    const worst = got.reduce((max, value, index) => Math.max(max, Math.abs(value - reference[index]!)), 0);
    expect(got).toHaveLength(PHOTOS * 1_000);
    expect(worst).toBeLessThanOrEqual(PARITY);
  }, 60_000);
});

/** Threads and processes load compiled JavaScript only. */
function hosted(name: 'onnx' | 'tensorflow' | 'wasm', isolation: 'thread' | 'process', factoryName: string) {
  return { engine: { name, formats: [] }, isolation, factoryName, moduleUrl: new URL(`../../libs/engine-${name}/dist/index.js`, import.meta.url).href };
}

async function logits(options: (typeof FORMS)[number][3], format: ModelFormat, directory: string, input: Tensor): Promise<Float32Array> {
  const engine = isolateEngine({ ...options, engine: { ...options.engine, formats: [format] } });
  try {
    const spec = { dtype: 'float32' as const, finite: false };
    const inputs = [{ ...spec, name: 'input', shape: [-1, ...input.shape.slice(1)] }];
    const model = await engine.load({ format, directory, signature: { inputs, outputs: [{ ...spec, name: 'logits', shape: [-1, 1_000] }] } });
    return numericData((await model.run(new Map([['input', input]]))).get('logits')!) as Float32Array;
  } finally {
    await engine.close();
  }
}

/** RGB in rows, scaled to −1…1. How they are cut is another test's matter: all forms get the same numbers. */
async function readPhotos(folder: string): Promise<Float32Array> {
  const names = (await readdir(folder)).sort().slice(0, PHOTOS);
  const pixels = await Promise.all(names.map((name) => sharp(join(folder, name)).removeAlpha().toColourspace('srgb').resize(SIZE, SIZE, { fit: 'cover' }).raw().toBuffer()));
  return Float32Array.from(Buffer.concat(pixels), (value) => value / 127.5 - 1);
}

function toChannelsFirst(rows: Float32Array): Float32Array {
  const pixels = SIZE * SIZE;
  return Float32Array.from({ length: rows.length }, (_, index) => {
    const [photo, channel, pixel] = [Math.floor(index / (CHANNELS * pixels)), Math.floor(index / pixels) % CHANNELS, index % pixels];
    return rows[(photo * pixels + pixel) * CHANNELS + channel]!;
  });
}
