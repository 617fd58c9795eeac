import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { engineConformance } from '@switchyard/engine/conformance';
import { REFERENCE_MODELS } from '@switchyard/engine';
import { tensor } from '@switchyard/tensor';
import { startWasmBackend } from './start-wasm-backend.js';
import { createWasmEngine } from './wasm-engine.js';

const liveResources = () => tf.memory().numTensors;

engineConformance({ createEngine: async () => createWasmEngine(), format: 'tfjs-layers', liveResources });
engineConformance({ createEngine: async () => createWasmEngine(), format: 'tfjs-graph', liveResources });

describe('the wasm engine', () => {
  const engine = createWasmEngine();
  let folder: string;
  beforeAll(async () => {
    await startWasmBackend();
    folder = await mkdtemp(join(tmpdir(), 'wasm-engine-'));
  });
  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  const spec = { dtype: 'float32' as const, shape: [-1, 2], finite: false };
  const signature = { inputs: [{ ...spec, name: 'features' }], outputs: [{ ...spec, name: 'probabilities' }] };
  const inputs = new Map([['features', tensor('float32', [1, 2], Float32Array.of(-1, 2))]]);

  it('runs on WebAssembly', () => {
    expect(tf.getBackend()).toBe('wasm');
  });

  it('frees every tensor of a run, over hundreds of runs', async () => {
    const model = await engine.load({ format: 'tfjs-layers', directory: await saved(sequential('softmax')), signature });
    const before = liveResources();
    for (let run = 0; run < 300; run++) await model.run(inputs);
    expect(liveResources()).toBe(before);
  });

  it('gives the lone input and output of a sequential model the names of the signature', async () => {
    const model = await engine.load({ format: 'tfjs-layers', directory: await saved(sequential('linear')), signature });
    expect(await model.run(inputs)).toEqual(new Map([['probabilities', tensor('float32', [1, 2], Float32Array.of(1, 1))]]));
  });

  it('answers with memory of its own when the model passes its input through', async () => {
    const passThrough = layers.sequential({ layers: [layers.layers.dropout({ rate: 0.5, inputShape: [2] })] });
    const model = await engine.load({ format: 'tfjs-layers', directory: await saved(passThrough), signature });
    const answer = (await model.run(inputs)).get('probabilities')?.data as Float32Array;
    expect([...answer]).toEqual([-1, 2]);
    expect(answer.buffer).not.toBe((inputs.get('features')?.data as Float32Array).buffer);
  });

  it('refuses a model whose list of weight files leads out of its folder', async () => {
    const directory = join(folder, 'leads-out');
    await cp(fileURLToPath(new URL('../../engine/fixtures/tfjs-layers/affine', import.meta.url)), directory, { recursive: true });
    await cp(join(directory, 'weights.bin'), join(folder, 'weights.bin'));
    const modelJson = await readFile(join(directory, 'model.json'), 'utf8');
    await writeFile(join(directory, 'model.json'), modelJson.replace('weights.bin', '../weights.bin'));
    await expect(engine.load({ format: 'tfjs-layers', directory, signature: REFERENCE_MODELS.affine.signature })).rejects.toMatchObject({
      kind: 'model-invalid',
      message: expect.stringContaining('"../weights.bin", which is outside its folder'),
    });
  });

  function sequential(activation: 'softmax' | 'linear'): layers.Sequential {
    return layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [2], kernelInitializer: 'ones', activation })] });
  }

  /** Writes a model as the trainer's library would, and frees it. */
  async function saved(model: layers.Sequential): Promise<string> {
    const directory = await mkdtemp(join(folder, 'model-'));
    await model.save(
      tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
        await writeFile(
          join(directory, 'model.json'),
          JSON.stringify({ modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] }),
        );
        await writeFile(join(directory, 'weights.bin'), new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)));
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } };
      }),
    );
    model.dispose();
    return directory;
  }
});
