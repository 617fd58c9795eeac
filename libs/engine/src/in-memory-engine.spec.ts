import { describe, expect, it } from '@jest/globals';
import { tensor } from '@switchyard/tensor';
import { engineConformance } from './conformance.js';
import { defineEngine, type NativeModel } from './define-engine.js';
import { createInMemoryEngine } from './in-memory-engine.js';
import { REFERENCE_MODELS } from './reference-models.js';

engineConformance({ createEngine: async () => createInMemoryEngine(), format: 'onnx', directoryOf: (model) => model });

describe('an engine of defineEngine', () => {
  const artifact = { format: 'onnx' as const, directory: 'affine', signature: REFERENCE_MODELS.affine.signature };

  it('releases a model only after its last run', async () => {
    const log: string[] = [];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const engine = engineOf({
      run: () => gate.then(() => (log.push('ran'), REFERENCE_MODELS.affine.run(REFERENCE_MODELS.affine.sampleInputs(1)))),
      release: async () => void log.push('released'),
    });
    const model = await engine.load(artifact);
    const running = model.run(REFERENCE_MODELS.affine.sampleInputs(1));
    const closing = engine.close();
    open();
    await Promise.all([running, closing]);
    expect(log).toEqual(['ran', 'released']);
  });

  it('refuses a model that answers with another number of rows', async () => {
    const engine = engineOf({ run: async () => REFERENCE_MODELS.affine.run(REFERENCE_MODELS.affine.sampleInputs(3)) });
    const model = await engine.load(artifact);
    await expect(model.run(REFERENCE_MODELS.affine.sampleInputs(2))).rejects.toThrow('answered 2 rows with float32[3,1] as output "total"');
    await engine.close();
  });

  it('refuses a model that answers with another shape of rows', async () => {
    const engine = engineOf({
      run: async (inputs) => new Map([...REFERENCE_MODELS.affine.run(inputs), ['scores', tensor('float32', [2, 3], new Float32Array(6))]]),
    });
    const model = await engine.load(artifact);
    await expect(model.run(REFERENCE_MODELS.affine.sampleInputs(2))).rejects.toThrow(
      'float32[2,3] as output "scores"; its signature promises float32[-1,2]',
    );
    await engine.close();
  });

  it('keeps the words of the library as the cause, out of the message', async () => {
    const engine = engineOf({ run: () => Promise.reject(new Error('/secret/path: bad tensor')) });
    const model = await engine.load(artifact);
    const failure = await model.run(REFERENCE_MODELS.affine.sampleInputs(2)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'engine-failed', cause: { message: '/secret/path: bad tensor' } });
    expect(String(failure)).toContain('"x" float32[2,3]');
    expect(String(failure)).not.toContain('/secret');
    await engine.close();
  });
});

/** An engine whose only model declares the affine signature and behaves as told. */
function engineOf(behaviour: Partial<NativeModel>) {
  const { inputs, outputs } = REFERENCE_MODELS.affine.signature;
  const closed = (spec: { name: string; shape: number[] }) => ({
    name: spec.name,
    dtype: 'float32' as const,
    shape: spec.shape.map((size) => (size === -1 ? null : size)),
  });
  const native: NativeModel = {
    declared: { inputs: inputs.map(closed), outputs: outputs.map(closed) },
    run: async (given) => REFERENCE_MODELS.affine.run(given),
    release: async () => undefined,
    ...behaviour,
  };
  return defineEngine({ name: 'onnx', formats: ['onnx'], maxConcurrentRuns: 1, read: async () => native });
}
