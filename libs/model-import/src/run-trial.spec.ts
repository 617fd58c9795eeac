import { describe, expect, it } from '@jest/globals';
import { defineEngine, type Engine } from '@switchyard/engine';
import { ServingError } from '@switchyard/errors';
import type { Signature } from '@switchyard/model-registry';
import { rowCount, tensor, type TensorMap } from '@switchyard/tensor';
import { runTrial, type TrialRun } from './run-trial.js';

/** An engine whose only model takes rows of three numbers, whatever its signature allows; `ran` has the inputs it was given. */
function threesEngine(shape: readonly (number | null)[] | null, ran: TensorMap[]): Engine {
  return defineEngine({
    name: 'tensorflow', formats: ['saved-model'], maxConcurrentRuns: 1,
    read: async () => ({
      declared: { inputs: [{ name: 'x', dtype: 'float32', shape }], outputs: [{ name: 'y', dtype: 'float32', shape: [null] }] },
      run: async (inputs) => {
        ran.push(inputs);
        if (inputs.get('x')?.shape[1] !== 3) throw new ServingError('engine-failed', 'It takes threes.');
        return new Map([['y', tensor('float32', [rowCount(inputs)], new Float32Array(rowCount(inputs)))]]);
      },
      release: async () => undefined,
    }),
  });
}

function trial(shape: readonly (number | null)[] | null, ran: TensorMap[] = []): Promise<TrialRun> {
  const input = shape === null ? { shape: [-1], openRank: true } : { shape: shape.map((size) => size ?? -1) };
  const signature: Signature = {
    inputs: [{ name: 'x', dtype: 'float32', finite: false, ...input }],
    outputs: [{ name: 'y', dtype: 'float32', shape: [-1], finite: false }],
  };
  const subject = { form: { format: 'saved-model' as const, directory: 'threes' }, signature, signatureName: 'serving_default', now: () => 0 };
  return runTrial(threesEngine(shape, ran), subject);
}

describe('runTrial', () => {
  it('runs a row alone and a batch, and keeps the answers to the batch', async () => {
    const { costs, answers } = await trial([null, 3]);
    expect([costs, rowCount(answers)]).toEqual([[{ rows: 1, ms: 0 }, { rows: 8, ms: 0 }], 8]);
  });

  it('does not hold against a model that leaves sizes open that it refuses those made up', async () => {
    const ran: TensorMap[] = [];
    expect(await trial([null, null], ran)).toEqual({ costs: [], answers: new Map() });
    expect(ran).toHaveLength(1);
  });

  it('makes up no input where the rank is open: a wrong one may end the process', async () => {
    const ran: TensorMap[] = [];
    expect(await trial(null, ran)).toEqual({ costs: [], answers: new Map() });
    expect(ran).toEqual([]);
  });

  it('fails with what the engine says of a model whose sizes are known', async () => {
    await expect(trial([null, 2])).rejects.toThrow('It takes threes.');
  });
});
