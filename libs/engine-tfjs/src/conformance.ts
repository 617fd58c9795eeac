import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { engineConformance } from '@switchyard/engine/conformance';
import type { Engine, LoadedModel } from '@switchyard/engine';
import { tensor } from '@switchyard/tensor';

export interface TfjsEngineConformanceOptions {
  createEngine(): Engine;
  /** `tf.memory().numTensors`: how many tensors are alive on the engine's backend. */
  liveTensors(): number;
}

const SPEC = { dtype: 'float32' as const, shape: [-1, 2], finite: false };
const SIGNATURE = { inputs: [{ ...SPEC, name: 'features' }], outputs: [{ ...SPEC, name: 'probabilities' }] };
const INPUTS = new Map([['features', tensor('float32', [1, 2], Float32Array.of(-1, 2))]]);

/** What every engine on TensorFlow.js must do: the suite of `Engine`, in both formats, and what the library makes easy to get wrong. */
export function tfjsEngineConformance({ createEngine, liveTensors }: TfjsEngineConformanceOptions): void {
  for (const format of ['tfjs-layers', 'tfjs-graph'] as const) {
    engineConformance({ createEngine: async () => createEngine(), format, liveResources: liveTensors });
  }

  describe('engine conformance, TensorFlow.js', () => {
    let engine: Engine;
    beforeAll(() => {
      engine = createEngine();
    });
    afterAll(() => engine.close());

    it('frees every tensor of a run, over hundreds of runs', async () => {
      const model = await load('unnamed-sum');
      const before = liveTensors();
      for (let run = 0; run < 300; run++) await model.run(INPUTS);
      expect(liveTensors()).toBe(before);
    });

    it('gives the lone input and output of a sequential model the names of the signature', async () => {
      const model = await load('unnamed-sum');
      expect(await model.run(INPUTS)).toEqual(new Map([['probabilities', tensor('float32', [1, 2], Float32Array.of(1, 1))]]));
    });

    it('answers with memory of its own when the model passes its input through', async () => {
      const model = await load('pass-through');
      const answer = (await model.run(INPUTS)).get('probabilities')?.data as Float32Array;
      expect([...answer]).toEqual([-1, 2]);
      expect(answer.buffer).not.toBe((INPUTS.get('features')?.data as Float32Array).buffer);
    });

    async function load(model: 'pass-through' | 'unnamed-sum'): Promise<LoadedModel> {
      const directory = fileURLToPath(new URL(`../fixtures/${model}`, import.meta.url));
      return await engine.load({ format: 'tfjs-layers', directory, signature: SIGNATURE });
    }
  });
}
