import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { numericData, rowCount, sliceRowsOfAll, tensor, type TensorMap } from '@switchyard/tensor';
import { MODEL_FORMATS, type ModelFormat, type Signature } from '@switchyard/model-registry';
import type { Engine, LoadedModel } from './engine.js';
import { REFERENCE_MODELS, type ReferenceModelName } from './reference-models.js';

export { inspectorConformance, type InspectorConformanceOptions } from './inspector-conformance.js';
export { AFFINE, LOOKUP_TABLE, REFERENCE_MODELS, type ReferenceModel, type ReferenceModelName } from './reference-models.js';

export interface EngineConformanceOptions {
  createEngine(): Promise<Engine>;
  readonly format: ModelFormat;
  /** The folder of a reference model, or of `garbage`: files with the right names that are no model. By default those that come with the suite, in `format`. */
  directoryOf?(model: ReferenceModelName | 'garbage'): string;
  /** How many native things (tensors, sessions) are alive, where the library tells: a failed load and a disposed model must leave it as it was. */
  liveResources?(): number;
  /** Tests, by their exact name, that this engine cannot pass, with the reason in words. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
}

/** Engines may add in another order than the reference, nothing more. */
const TOLERANCE = 1e-5;
const ROW_TOLERANCE = 1e-6;

/** What every engine must do, whatever its library: the promises of `Engine` and `LoadedModel`, one test each. */
export function engineConformance(options: EngineConformanceOptions): void {
  const directoryOf = options.directoryOf ?? ((model) => fileURLToPath(new URL(`../fixtures/${options.format}/${model}`, import.meta.url)));
  const liveResources = options.liveResources ?? (() => 0);
  const check = (name: string, test: () => Promise<void>): void => {
    const skipped = options.skip?.find((candidate) => candidate.test === name);
    if (skipped === undefined) it(name, test);
    else it.skip(`${name} (skipped: ${skipped.reason})`, test);
  };

  describe(`engine conformance, ${options.format}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await options.createEngine();
    });
    afterAll(() => engine.close());

    const load = async (name: ReferenceModelName, signature: Signature = REFERENCE_MODELS[name].signature): Promise<LoadedModel> =>
      await engine.load({ format: options.format, directory: directoryOf(name), signature });
    const withModel = async (name: ReferenceModelName, use: (model: LoadedModel) => Promise<void>): Promise<void> => {
      const model = await load(name);
      await use(model).finally(() => model.dispose());
    };

    check('gives the known answers of a float32 model with two inputs and two outputs', () =>
      withModel('affine', async (model) => {
        const inputs = REFERENCE_MODELS.affine.sampleInputs(4);
        expectClose(await model.run(inputs), REFERENCE_MODELS.affine.run(inputs), TOLERANCE);
      }),
    );

    check('gives the known answers of an int32 model', () =>
      withModel('lookup', async (model) => {
        const inputs = REFERENCE_MODELS.lookup.sampleInputs(5);
        expectClose(await model.run(inputs), REFERENCE_MODELS.lookup.run(inputs), TOLERANCE);
      }),
    );

    check('takes inputs by name, in whatever order they come', () =>
      withModel('affine', async (model) => {
        const inputs = REFERENCE_MODELS.affine.sampleInputs(3);
        expectClose(await model.run(new Map([...inputs].reverse())), REFERENCE_MODELS.affine.run(inputs), TOLERANCE);
      }),
    );

    check('takes inputs that are views into larger memory', () =>
      withModel('affine', async (model) => {
        const inputs = sliceRowsOfAll(REFERENCE_MODELS.affine.sampleInputs(9), 2, 7);
        expectClose(await model.run(inputs), REFERENCE_MODELS.affine.run(inputs), TOLERANCE);
      }),
    );

    check('leaves the inputs as they were', () =>
      withModel('affine', async (model) => {
        const inputs = REFERENCE_MODELS.affine.sampleInputs(6);
        await model.run(inputs);
        expectClose(inputs, REFERENCE_MODELS.affine.sampleInputs(6), 0);
      }),
    );

    check('names and orders outputs as the signature does', async () => {
      const { inputs, outputs } = REFERENCE_MODELS.affine.signature;
      for (const order of [outputs, [...outputs].reverse(), outputs.slice(1)]) {
        const model = await load('affine', { inputs, outputs: order });
        const answer = await model.run(REFERENCE_MODELS.affine.sampleInputs(2));
        expect([...answer.keys()]).toEqual(order.map((spec) => spec.name));
        await model.dispose();
      }
    });

    check('answers a row alone as it answers it in a batch', () =>
      withModel('affine', async (model) => {
        const batch = REFERENCE_MODELS.affine.sampleInputs(17);
        const together = await model.run(batch);
        for (let row = 0; row < 17; row++) {
          expectClose(await model.run(sliceRowsOfAll(batch, row, row + 1)), sliceRowsOfAll(together, row, row + 1), ROW_TOLERANCE);
        }
      }),
    );

    check('gives outputs memory of their own, which a later run does not overwrite', () =>
      withModel('affine', async (model) => {
        const first = REFERENCE_MODELS.affine.sampleInputs(4);
        const answer = await model.run(first);
        const zeros = new Map([...first].map(([name, of]) => [name, tensor('float32', of.shape, new Float32Array(of.data.length))]));
        await model.run(zeros);
        expectClose(answer, REFERENCE_MODELS.affine.run(first), TOLERANCE);
      }),
    );

    check('keeps overlapping runs apart', () =>
      withModel('affine', async (model) => {
        const sizes = Array.from({ length: 24 }, (_, index) => (index % 7) + 1);
        await Promise.all(
          sizes.map(async (rows, index) => {
            const inputs = sliceRowsOfAll(REFERENCE_MODELS.affine.sampleInputs(32), index, index + rows);
            expectClose(await model.run(inputs), REFERENCE_MODELS.affine.run(inputs), TOLERANCE);
          }),
        );
      }),
    );

    check('stays usable after a run that failed', () =>
      withModel('affine', async (model) => {
        const good = REFERENCE_MODELS.affine.sampleInputs(2);
        const tooWide = new Map(good).set('x', tensor('float32', [2, 4], new Float32Array(8)));
        await expect(model.run(tooWide)).rejects.toMatchObject({ name: 'ServingError', kind: 'engine-failed' });
        expectClose(await model.run(good), REFERENCE_MODELS.affine.run(good), TOLERANCE);
      }),
    );

    check('refuses files that are no model, and leaves nothing behind', async () => {
      const directory = directoryOf('garbage');
      const signature = REFERENCE_MODELS.affine.signature;
      const before = liveResources();
      await expect(engine.load({ format: options.format, directory, signature })).rejects.toMatchObject({
        name: 'ServingError',
        kind: 'model-invalid',
      });
      await expect(engine.load({ format: options.format, directory: `${directory}-absent`, signature })).rejects.toMatchObject({
        kind: 'model-invalid',
      });
      expect(liveResources()).toBe(before);
    });

    check('refuses a signature the model disagrees with, and leaves nothing behind', async () => {
      const before = liveResources();
      for (const signature of wrongSignatures()) {
        await expect(load('affine', signature)).rejects.toMatchObject({ name: 'ServingError', kind: 'model-invalid' });
      }
      expect(liveResources()).toBe(before);
      await withModel('affine', async (model) => void (await model.run(REFERENCE_MODELS.affine.sampleInputs(1))));
    });

    check('disposes a model once, however often it is asked, and frees what it held', async () => {
      const before = liveResources();
      const model = await load('affine');
      const other = await load('affine');
      await model.run(REFERENCE_MODELS.affine.sampleInputs(3));
      await Promise.all([model.dispose(), model.dispose()]);
      await model.dispose();
      await other.run(REFERENCE_MODELS.affine.sampleInputs(3));
      await other.dispose();
      expect(liveResources()).toBe(before);
    });

    check('closes once, however often it is asked, disposing its models', async () => {
      const before = liveResources();
      const own = await options.createEngine();
      const model = await own.load({
        format: options.format,
        directory: directoryOf('affine'),
        signature: REFERENCE_MODELS.affine.signature,
      });
      await Promise.all([own.close(), own.close()]);
      await own.close();
      await model.dispose();
      expect(liveResources()).toBe(before);
      await expect(
        own.load({ format: options.format, directory: directoryOf('affine'), signature: REFERENCE_MODELS.affine.signature }),
      ).rejects.toMatchObject({ kind: 'engine-unavailable' });
    });

    check('refuses a format it does not declare', async () => {
      const format = MODEL_FORMATS.find((candidate) => !engine.formats.includes(candidate))!;
      expect(engine.formats).toContain(options.format);
      await expect(
        engine.load({ format, directory: directoryOf('affine'), signature: REFERENCE_MODELS.affine.signature }),
      ).rejects.toMatchObject({ kind: 'engine-unavailable' });
    });
  });
}

/** The affine model's signature, wrong in one place each: a name, a dtype, a size, a rank, a missing input. */
function wrongSignatures(): Signature[] {
  const { inputs, outputs } = REFERENCE_MODELS.affine.signature;
  const [x, offset] = inputs as [Signature['inputs'][number], Signature['inputs'][number]];
  const [total] = outputs as [Signature['outputs'][number]];
  return [
    { inputs: [{ ...x, name: 'y' }, offset], outputs },
    { inputs: [{ ...x, dtype: 'int32' }, offset], outputs },
    { inputs: [{ ...x, shape: [-1, 4] }, offset], outputs },
    { inputs: [{ ...x, shape: [-1, -1] }, offset], outputs },
    { inputs: [{ ...x, shape: [-1, 3, 1] }, offset], outputs },
    { inputs: [x], outputs },
    { inputs, outputs: [{ ...total, name: 'sum' }] },
    { inputs, outputs: [{ ...total, shape: [-1, 2] }] },
  ];
}

function expectClose(actual: TensorMap, expected: TensorMap, tolerance: number): void {
  expect(new Set(actual.keys())).toEqual(new Set(expected.keys()));
  expect(rowCount(actual)).toBe(rowCount(expected));
  for (const [name, want] of expected) {
    const got = actual.get(name);
    expect(got).toMatchObject({ dtype: want.dtype, shape: [...want.shape] });
    const gotNumbers = got === undefined ? [] : Array.from(numericData(got), Number);
    const worst = Array.from(numericData(want), Number).reduce(
      (max, number, index) => Math.max(max, Math.abs(number - (gotNumbers[index] ?? NaN))),
      0,
    );
    expect(worst).toBeLessThanOrEqual(tolerance);
  }
}
