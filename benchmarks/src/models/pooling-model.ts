import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Side and channels of its pictures, as of most models of images. */
export const POOLING_INPUT = [224, 224, 3] as const;
const CLASSES = 10;
const CHANNELS = POOLING_INPUT[2];
/** So that the mean colours of two pictures give different classes. */
const WEIGHT_SPAN = 40;

/**
 * Writes a model as tfjs saves layers models: the mean of each channel of a 224×224 picture, then a dense layer. It costs next to nothing
 * for an input of 602 KB, so that formats can be compared by it.
 *
 * @returns the files, path within the model → where it lies
 */
export async function writePoolingModel(directory: string): Promise<Record<string, string>> {
  await mkdir(directory, { recursive: true });
  const [model, weights] = [join(directory, 'model.json'), join(directory, 'weights.bin')];
  await writeFile(weights, new Uint8Array(poolingWeights().buffer));
  await writeFile(model, JSON.stringify(modelJson()));
  return { 'model.json': model, 'weights.bin': weights };
}

/** Kernel, then bias: fixed numbers without a pattern, between −20 and 20. */
function poolingWeights(): Float32Array {
  return Float32Array.from({ length: CHANNELS * CLASSES + CLASSES }, (_, index) => (((index * 7_919) % 101) / 101 - 0.5) * WEIGHT_SPAN);
}

function modelJson() {
  const layers = [
    { class_name: 'GlobalAveragePooling2D', config: { name: 'mean', trainable: true, data_format: 'channels_last', batch_input_shape: [null, ...POOLING_INPUT], dtype: 'float32' } },
    { class_name: 'Dense', config: { name: 'classes', trainable: true, units: CLASSES, activation: 'softmax', use_bias: true } },
  ];
  return {
    format: 'layers-model',
    generatedBy: 'Switchyard benchmarks',
    convertedBy: null,
    modelTopology: { class_name: 'Sequential', config: { name: 'pooling', layers }, keras_version: 'tfjs-layers 4.22.0', backend: 'tensor_flow.js' },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: [
          { name: 'classes/kernel', shape: [CHANNELS, CLASSES], dtype: 'float32' },
          { name: 'classes/bias', shape: [CLASSES], dtype: 'float32' },
        ],
      },
    ],
  };
}
