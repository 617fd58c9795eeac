import { zeroInputs } from '@switchyard/engine';
import type { Signature } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';

/** An odd period, so that no two rows are alike. */
const PERIOD = 251;

/** Inputs of `rows` rows that fit the signature, floats between 0 and 1: zeros might be cheaper than what clients send. */
export function rampInputs(signature: Signature, rows: number): TensorMap {
  const inputs = zeroInputs(signature, rows);
  for (const { data } of inputs.values()) {
    if (data instanceof Float32Array) data.forEach((_, index) => (data[index] = (index % PERIOD) / PERIOD));
  }
  return inputs;
}
