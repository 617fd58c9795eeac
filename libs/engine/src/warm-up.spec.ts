import { describe, expect, it } from '@jest/globals';
import { ServingError } from '@switchyard/errors';
import { rowCount, type TensorMap } from '@switchyard/tensor';
import type { LoadedModel } from './engine.js';
import { createInMemoryEngine } from './in-memory-engine.js';
import { REFERENCE_MODELS } from './reference-models.js';
import { warmUp, warmUpIfKnown } from './warm-up.js';
import { zeroInputs } from './zero-inputs.js';

describe('warmUp', () => {
  it('runs every allowed size and reports the best of its runs', async () => {
    const { model, clock, sizes } = await affineCosting([100, 40, 8, 20, 10, 30, 25, 12, 4]);
    const costs = await warmUp(model, [32, 1, 8, 8], clock);
    expect([...costs]).toEqual([
      [1, 20],
      [8, 10],
      [32, 4],
    ]);
    expect(sizes).toEqual([1, 8, 32, 1, 8, 32, 1, 8, 32]);
  });

  it('runs every size once even beyond the budget, and none twice', async () => {
    const { model, clock, sizes } = await affineCosting([900, 900, 900, 900]);
    const costs = await warmUp(model, [1, 2, 4], clock, { runsPerSize: 3, budgetMs: 1_000 });
    expect([...costs]).toEqual([
      [1, 900],
      [2, 900],
      [4, 900],
    ]);
    expect(sizes).toEqual([1, 2, 4]);
  });

  it('leaves out the sizes beyond the budget once larger ones gain nothing', async () => {
    const { model, clock, sizes } = await affineCosting([900, 1_700, 3_400, 6_800]);
    const costs = await warmUp(model, [1, 2, 4, 8], clock, { runsPerSize: 3, budgetMs: 2_000 });
    expect([...costs]).toEqual([
      [1, 900],
      [2, 1_700],
    ]);
    expect(sizes).toEqual([1, 2]);
  });

  it('leaves out long runs once four times the rows gain nothing', async () => {
    const { model, clock, sizes } = await affineCosting([30, 15, 30, 8, 15, 30]);
    const costs = await warmUp(model, [1, 2, 4, 8, 16, 32, 64], clock, { runsPerSize: 1, budgetMs: 2_000 });
    expect([...costs]).toEqual([[1, 8], [2, 15], [4, 30]]);
    expect(sizes).toEqual([1, 2, 4, 1, 2, 4]);
  });

  it('goes on to long runs where only the first run of a size hid its gain', async () => {
    const { model, clock, sizes } = await affineCosting([8, 15, 60, 8, 15, 20, 40]);
    await warmUp(model, [1, 2, 4, 8], clock, { runsPerSize: 1, budgetMs: 2_000 });
    expect(sizes).toEqual([1, 2, 4, 1, 2, 4, 8]);
  });

  it('tries short runs although they gain nothing', async () => {
    const { model, clock, sizes } = await affineCosting([0.1, 0.2, 0.4, 0.8, 1.6, 3.2]);
    await warmUp(model, [1, 2, 4, 8, 16, 32], clock, { runsPerSize: 1, budgetMs: 2_000 });
    expect(sizes).toEqual([1, 2, 4, 8, 16, 32]);
  });

  it('fails when the model cannot run a size', async () => {
    const engine = createInMemoryEngine();
    const model = await engine.load({ format: 'onnx', directory: 'affine', signature: REFERENCE_MODELS.affine.signature });
    await model.dispose();
    await expect(warmUp(model, [1], { nowMs: () => 0 })).rejects.toMatchObject({ kind: 'engine-failed' });
  });
});

describe('warmUpIfKnown', () => {
  const opened = (shape: number[], openRank?: true) => ({
    inputs: [{ name: 'x', dtype: 'float32' as const, shape, finite: false, ...(openRank && { openRank }) }],
    outputs: REFERENCE_MODELS.affine.signature.outputs,
  });
  const refusing = (signature: ReturnType<typeof opened>, runs: TensorMap[] = []) => ({
    signature, maxConcurrentRuns: 1, dispose: async () => undefined,
    run: async (inputs: TensorMap) => (runs.push(inputs), Promise.reject(new ServingError('engine-failed', 'It takes other sizes.'))),
  });

  it('lets a model that leaves sizes open serve although it cannot run on ones', async () => {
    expect([...(await warmUpIfKnown(refusing(opened([-1, -1])), [4, 1], { nowMs: () => 0 }))]).toEqual([[1, 1], [4, 4]]);
  });

  it('runs nothing on a model that leaves a rank open', async () => {
    const runs: TensorMap[] = [];
    expect((await warmUpIfKnown(refusing(opened([-1], true), runs), [1, 4], { nowMs: () => 0 })).size).toBe(2);
    expect(runs).toEqual([]);
  });

  it('refuses a model whose sizes are known and that cannot run them', async () => {
    await expect(warmUpIfKnown(refusing(opened([-1, 2])), [1], { nowMs: () => 0 })).rejects.toThrow('It takes other sizes.');
  });
});

describe('zeroInputs', () => {
  it('fits the signature: rows first, open dimensions 1, strings empty', () => {
    const signature = {
      inputs: [
        { name: 'image', dtype: 'uint8' as const, shape: [-1, 2, -1], finite: false },
        { name: 'text', dtype: 'string' as const, shape: [-1], finite: false },
        { name: 'id', dtype: 'int64' as const, shape: [-1, 1], finite: false },
      ],
      outputs: REFERENCE_MODELS.affine.signature.outputs,
    };
    expect([...zeroInputs(signature, 3)]).toEqual([
      ['image', { dtype: 'uint8', shape: [3, 2, 1], data: new Uint8Array(6) }],
      ['text', { dtype: 'string', shape: [3], data: [new Uint8Array(0), new Uint8Array(0), new Uint8Array(0)] }],
      ['id', { dtype: 'int64', shape: [3, 1], data: new BigInt64Array(3) }],
    ]);
  });
});

/** The affine model, each of whose runs takes the next of `costsMs` on the clock (the last one repeats). */
async function affineCosting(costsMs: readonly number[]): Promise<{ model: LoadedModel; clock: { nowMs(): number }; sizes: number[] }> {
  const engine = createInMemoryEngine();
  const affine = await engine.load({ format: 'onnx', directory: 'affine', signature: REFERENCE_MODELS.affine.signature });
  const sizes: number[] = [];
  let nowMs = 0;
  const run = (inputs: TensorMap): Promise<TensorMap> => {
    nowMs += costsMs[Math.min(sizes.length, costsMs.length - 1)] ?? 0;
    sizes.push(rowCount(inputs));
    return affine.run(inputs);
  };
  return {
    model: { ...affine, signature: affine.signature, maxConcurrentRuns: 1, run, dispose: () => affine.dispose() },
    clock: { nowMs: () => nowMs },
    sizes,
  };
}
