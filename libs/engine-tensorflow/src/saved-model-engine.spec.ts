import { rm } from 'node:fs/promises';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { engineConformance } from '@switchyard/engine/conformance';
import { signatureSchema } from '@switchyard/model-registry';
import { tensor, type Tensor } from '@switchyard/tensor';
import { loadTensorflow } from './load-tensorflow.js';
import { createSavedModelEngine } from './saved-model-engine.js';
import { constant, operation, placeholder, type TfGraph } from './testing/build-saved-model.js';
import { writeSavedModel } from './testing/write-saved-model.js';

const library = await loadTensorflow().catch((missing: unknown) => missing as Error);

if (library instanceof Error) {
  describe('the engine for SavedModels', () => {
    it.skip(`cannot be tested here: ${library.message}`, () => undefined);
  });
} else {
  engineConformance({ createEngine: async () => createSavedModelEngine(), format: 'saved-model', liveResources: () => library.memory().numTensors });

  describe('the engine for SavedModels', () => {
    const engine = createSavedModelEngine();
    afterAll(() => engine.close());
    const folders: string[] = [];
    afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

    async function run(graph: TfGraph, signatureName: string, x: Tensor, answers: Tensor['dtype']): Promise<Tensor> {
      const directory = await writeSavedModel(graph);
      folders.push(directory);
      const specs = { inputs: [{ name: 'x', dtype: x.dtype, shape: [-1, 2] }], outputs: [{ name: 'y', dtype: answers, shape: [-1, 2] }] };
      const model = await engine.load({ format: 'saved-model', directory, signature: signatureSchema.parse(specs), signatureName });
      try {
        return (await model.run(new Map([['x', x]]))).get('y')!;
      } finally {
        await model.dispose();
      }
    }

    it.each<[string, Tensor]>([
      ['float', tensor('float32', [1, 2], Float32Array.of(-1.5, 3.4e38))],
      ['int32', tensor('int32', [1, 2], Int32Array.of(-(2 ** 31), 2 ** 31 - 1))],
      ['int64', tensor('int64', [1, 2], BigInt64Array.of(-1n, 2n ** 63n - 1n))],
      ['bool', tensor('bool', [1, 2], Uint8Array.of(1, 0))],
      ['string', tensor('string', [1, 2], [Uint8Array.of(0, 255), new Uint8Array(0)])],
    ])('carries %s through unchanged', async (type, x) => {
      expect(await run(echo(type), 'serving_default', x, x.dtype)).toEqual(x);
    });

    it('feeds bytes as bytes', async () => {
      const graph = echo('uint8', { name: 'echoed', op: 'Cast', input: ['x'], attr: { SrcT: { type: 4 }, DstT: { type: 1 } } }, 'float');
      expect(await run(graph, 'serving_default', tensor('uint8', [1, 2], Uint8Array.of(0, 255)), 'float32')).toEqual(tensor('float32', [1, 2], Float32Array.of(0, 255)));
    });

    it('takes pictures of whatever size, where the model leaves it open, and survives one it cannot take', async () => {
      const sizes = { type: 'float', shape: [-1, -1, -1, 1] };
      const directory = await writeSavedModel({
        nodes: [
          placeholder('x', 'float', sizes.shape), constant('kernel', 'float', [2, 2, 1, 1], [1, 1, 1, 1]),
          operation('Conv2D', 'y', ['x', 'kernel'], { attr: { strides: { list: { i: [1, 1, 1, 1] } }, padding: { s: Buffer.from('VALID') } } }),
        ],
        signatures: { serving_default: { inputs: { x: sizes }, outputs: { y: sizes } } },
      });
      folders.push(directory);
      const spec = { dtype: 'float32', shape: sizes.shape };
      const model = await engine.load({ format: 'saved-model', directory, signature: signatureSchema.parse({ inputs: [{ ...spec, name: 'x' }], outputs: [{ ...spec, name: 'y' }] }) });
      const picture = (height: number, width: number) => new Map([['x', tensor('float32', [1, height, width, 1], new Float32Array(height * width).fill(1))]]);
      await expect(model.run(picture(0, 3))).rejects.toMatchObject({ kind: 'engine-failed' });
      for (const [height, width] of [[2, 2], [3, 5]] as const) {
        const sums = tensor('float32', [1, height - 1, width - 1, 1], new Float32Array((height - 1) * (width - 1)).fill(4));
        expect(await model.run(picture(height, width))).toEqual(new Map([['y', sums]]));
      }
      await model.dispose();
    });

    it('serves the signature that the version names', async () => {
      const tensors = { inputs: { x: { type: 'float', shape: [-1, 2] } } };
      const graph: TfGraph = {
        nodes: [placeholder('x', 'float', [-1, 2]), operation('Neg', 'negated', ['x']), operation('Square', 'squared', ['x'])],
        signatures: {
          serving_default: { ...tensors, outputs: { y: { type: 'float', shape: [-1, 2], node: 'negated:0' } } },
          squares: { ...tensors, outputs: { y: { type: 'float', shape: [-1, 2], node: 'squared:0' } } },
        },
      };
      const x = tensor('float32', [1, 2], Float32Array.of(2, 3));
      expect((await run(graph, 'squares', x, 'float32')).data).toEqual(Float32Array.of(4, 9));
      expect((await run(graph, 'serving_default', x, 'float32')).data).toEqual(Float32Array.of(-2, -3));
      await expect(run(graph, 'cubes', x, 'float32')).rejects.toThrow('The SavedModel has no signature "cubes"; its signatures: "serving_default", "squares".');
    });
  });
}

/** `y = x`, of `type`, unless another `node` named `echoed` answers with `answers`. */
function echo(type: string, node = operation('Identity', 'echoed', ['x'], { type }), answers = type): TfGraph {
  return {
    nodes: [placeholder('x', type, [-1, 2]), node],
    signatures: { serving_default: { inputs: { x: { type, shape: [-1, 2] } }, outputs: { y: { type: answers, shape: [-1, 2], node: 'echoed:0' } } } },
  };
}
