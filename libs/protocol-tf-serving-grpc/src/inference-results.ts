import { toClassifications, toRegressions } from '@switchyard/tf-examples';
import type { Manifest } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';

/** A `tensorflow.serving.ClassificationResult` as a plain object. */
export function classificationResult(outputs: TensorMap, manifest: Manifest): object {
  return { classifications: toClassifications(outputs, manifest).map((classes) => ({ classes })) };
}

/** A `tensorflow.serving.RegressionResult` as a plain object. */
export function regressionResult(outputs: TensorMap, { signature }: Manifest): object {
  return { regressions: toRegressions(outputs, signature).map((value) => ({ value })) };
}
