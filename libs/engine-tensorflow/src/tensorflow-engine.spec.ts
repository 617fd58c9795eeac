import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { engineConformance } from '@switchyard/engine/conformance';
import { tensor } from '@switchyard/tensor';
import { loadTensorflow, type Tensorflow } from './load-tensorflow.js';
import { createTensorflowEngine } from './tensorflow-engine.js';

const library = await loadTensorflow().catch((missing: unknown) => missing as Error);

if (library instanceof Error) {
  describe('the tensorflow engine', () => {
    it.skip(`cannot be tested here: ${library.message}`, () => undefined);
  });
} else {
  testEngine(library);
}

function testEngine(tf: Tensorflow): void {
  const liveResources = () => tf.memory().numTensors;

  engineConformance({ createEngine: async () => createTensorflowEngine(), format: 'tfjs-layers', liveResources });
  engineConformance({ createEngine: async () => createTensorflowEngine(), format: 'tfjs-graph', liveResources });

  describe('the tensorflow engine', () => {
    const engine = createTensorflowEngine();
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tensorflow-engine-'));
    });
    afterAll(async () => {
      await engine.close();
      await rm(folder, { recursive: true });
    });

    const spec = { dtype: 'float32' as const, shape: [-1, 2], finite: false };
    const signature = { inputs: [{ ...spec, name: 'features' }], outputs: [{ ...spec, name: 'probabilities' }] };
    const inputs = new Map([['features', tensor('float32', [1, 2], Float32Array.of(-1, 2))]]);
    const load = async (model: ReturnType<Tensorflow['sequential']>) => {
      const directory = await mkdtemp(join(folder, 'model-'));
      await model.save(`file://${directory}`);
      model.dispose();
      return await engine.load({ format: 'tfjs-layers', directory, signature });
    };

    it('frees every tensor of a run, over hundreds of runs', async () => {
      const model = await load(tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2], activation: 'softmax' })] }));
      const before = liveResources();
      for (let run = 0; run < 300; run++) await model.run(inputs);
      expect(liveResources()).toBe(before);
    });

    it('gives the lone input and output of a sequential model the names of the signature', async () => {
      const model = await load(tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2], kernelInitializer: 'ones' })] }));
      expect(await model.run(inputs)).toEqual(new Map([['probabilities', tensor('float32', [1, 2], Float32Array.of(1, 1))]]));
    });

    it('answers with memory of its own when the model passes its input through', async () => {
      const model = await load(tf.sequential({ layers: [tf.layers.dropout({ rate: 0.5, inputShape: [2] })] }));
      const answer = (await model.run(inputs)).get('probabilities')?.data as Float32Array;
      expect([...answer]).toEqual([-1, 2]);
      expect(answer.buffer).not.toBe((inputs.get('features')?.data as Float32Array).buffer);
    });
  });
}

describe('loadTensorflow', () => {
  it('says what to do when the native library is missing', async () => {
    const missing = loadTensorflow(() => Promise.reject(new Error('cannot open shared object file')));
    await expect(missing).rejects.toMatchObject({ kind: 'engine-unavailable', message: expect.stringContaining('Run `npm run setup`') });
  });
});
