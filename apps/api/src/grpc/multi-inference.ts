import { ServingError } from '@switchyard/errors';
import type { UnaryMethod } from '@switchyard/grpc-server';
import type { Manifest } from '@switchyard/model-registry';
import { classificationResult, decodeMultiInferenceRequest, regressionResult, servedSpec, type InferenceTask } from '@switchyard/protocol-tf-serving-grpc';
import { assertClassifies, assertRegresses, examplesToInputs } from '@switchyard/tf-examples';
import type { TensorMap } from '@switchyard/tensor';
import { chooseFor, type PredictionParts } from './choose-for.js';
import { predictFor } from './grpc-predictions.js';

const CLASSIFY = 'tensorflow/serving/classify';
const REGRESS = 'tensorflow/serving/regress';
const SHOWN_LENGTH = 100;

/** Several questions about the same examples, answered by one run of the model. Words of the refusals: servables/tensorflow/multi_inference.cc. */
export function multiInference({ protos, predictions }: PredictionParts): UnaryMethod {
  return async (bytes, call) => {
    const { tasks, input } = decodeMultiInferenceRequest(bytes);
    const first = tasks[0];
    if (first === undefined) throw new ServingError('invalid-input', 'The MultiInferenceRequest has no tasks; at least one is expected.');
    const manifest = chooseFor(call, first.modelSpec, predictions);
    for (const task of tasks) assertAnswerable(task, manifest, chooseFor(call, task.modelSpec, predictions));
    const outputs = await predictFor(call, predictions, { manifest, inputs: examplesToInputs(input, manifest.signature) });
    return protos.encode('tensorflow.serving.MultiInferenceResponse', { results: tasks.map((task) => resultOf(task, outputs, manifest)) });
  };
}

function assertAnswerable({ methodName }: InferenceTask, first: Manifest, own: Manifest): void {
  if (own.name !== first.name || own.version !== first.version) {
    throw new ServingError('invalid-input', 'All ModelSpecs in a MultiInferenceRequest must access the same model name.');
  }
  if (methodName === CLASSIFY) assertClassifies(first.signature);
  else if (methodName === REGRESS) assertRegresses(first.signature);
  else throw new ServingError('invalid-input', `Unsupported signature method_name: ${methodName.slice(0, SHOWN_LENGTH)}`);
}

function resultOf({ methodName }: InferenceTask, outputs: TensorMap, manifest: Manifest): object {
  const model_spec = servedSpec(manifest);
  if (methodName === CLASSIFY) return { model_spec, classification_result: classificationResult(outputs, manifest) };
  return { model_spec, regression_result: regressionResult(outputs, manifest) };
}
