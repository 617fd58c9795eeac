import { ServingError } from '@switchyard/errors';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import { formatShape, numericData, type TensorMap } from '@switchyard/tensor';

/** TensorFlow's name for the output of a regressor (cc/saved_model/signature_constants.h). */
const OUTPUTS = 'outputs';

/**
 * Checks, before anything runs, that one output, `outputs` or the only one, is one float a row.
 * @throws ServingError `invalid-input` with TensorFlow Serving's words (servables/tensorflow/regressor.cc).
 */
export function assertRegresses(signature: Signature): void {
  const { dtype, shape } = valuesSpec(signature);
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1)) {
    throw new ServingError('invalid-input', `Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got ${formatShape(shape)}`);
  }
  if (dtype !== 'float32' && dtype !== 'float64') throw new ServingError('invalid-input', `Expected output Tensor of DT_FLOAT.  Got: ${dtype}`);
}

/** The value of every row. */
export function toRegressions(outputs: TensorMap, signature: Signature): readonly number[] {
  const values = outputs.get(valuesSpec(signature).name);
  if (values === undefined) throw new ServingError('engine-failed', `Could not find output tensor '${valuesSpec(signature).name}'`);
  return Array.from(numericData(values), Number);
}

function valuesSpec({ outputs }: Signature): TensorSpec {
  const spec = outputs.find(({ name }) => name === OUTPUTS) ?? (outputs.length === 1 ? outputs[0] : undefined);
  if (spec === undefined) throw new ServingError('invalid-input', `No regression outputs found in SignatureDef: ${outputs.map(({ name }) => name).join(', ')}`);
  return spec;
}
