import { zeroInputs } from '@switchyard/engine';
import type { Signature } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';
import { seededRandom } from '@switchyard/training';

const SEED = 20_250_117;

/**
 * Rows to try a model on, the same for each trial: numbers of [-1, 1) where a model takes fractions, so that its answers tell two forms of
 * it apart; zeros elsewhere, because a number may be the index of a word that the model does not have.
 */
export function trialInputs(signature: Signature, rows: number): TensorMap {
  const random = seededRandom(SEED);
  const inputs = zeroInputs(signature, rows);
  for (const { data } of inputs.values()) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) continue;
    for (let index = 0; index < data.length; index++) data[index] = 2 * random() - 1;
  }
  return inputs;
}
