import { ServingError } from '@switchyard/errors';
import type { UnaryMethod } from '@switchyard/grpc-server';
import type { Manifest } from '@switchyard/model-registry';
import {
  CLASSIFY_METHOD, REGRESS_METHOD, assertMethodSignature, classificationResult, decodeMultiInferenceRequest, regressionResult, servedSpec, type InferenceTask,
} from '@switchyard/protocol-tf-serving-grpc';
import { assertClassifies, assertRegresses, examplesToInputs } from '@switchyard/tf-examples';
import type { TensorMap } from '@switchyard/tensor';
import { chooseFor } from './choose-for.js';
import { runFor, type PredictionParts } from './run-for.js';

const SHOWN_LENGTH = 100;

/** Several questions about the same examples, answered by one run of the model. Words of the refusals: servables/tensorflow/multi_inference.cc. */
export function multiInference(parts: PredictionParts): UnaryMethod {
  return async (bytes, call) => {
    const { tasks, input } = decodeMultiInferenceRequest(bytes);
    const first = tasks[0];
    if (first === undefined) throw new ServingError('invalid-input', 'The MultiInferenceRequest has no tasks; at least one is expected.');
    const manifest = chooseFor(call, first.modelSpec, parts.predictions);
    for (const task of tasks) assertAnswerable(task, manifest, chooseFor(call, task.modelSpec, parts.predictions));
    const outputs = await runFor(call, 'MultiInference', parts, { manifest, inputs: examplesToInputs(input, manifest.signature) });
    return parts.protos.encode('tensorflow.serving.MultiInferenceResponse', { results: tasks.map((task) => resultOf(task, outputs, manifest)) });
  };
}

function assertAnswerable({ modelSpec, methodName }: InferenceTask, first: Manifest, own: Manifest): void {
  if (own.name !== first.name || own.version !== first.version) {
    throw new ServingError('invalid-input', 'All ModelSpecs in a MultiInferenceRequest must access the same model name.');
  }
  assertMethodSignature(first, modelSpec.signatureName, { method: methodName, refusal: 'Requested signature not found in model graph' });
  if (methodName === CLASSIFY_METHOD) assertClassifies(first.signature);
  else if (methodName === REGRESS_METHOD) assertRegresses(first.signature);
  else throw new ServingError('unsupported', `Unsupported signature method_name: ${methodName.slice(0, SHOWN_LENGTH)}`);
}

function resultOf({ methodName }: InferenceTask, outputs: TensorMap, manifest: Manifest): object {
  const model_spec = servedSpec(manifest);
  if (methodName === CLASSIFY_METHOD) return { model_spec, classification_result: classificationResult(outputs, manifest) };
  return { model_spec, regression_result: regressionResult(outputs, manifest) };
}
