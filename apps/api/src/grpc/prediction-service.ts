import { ServingError } from '@switchyard/errors';
import type { GrpcService, UnaryMethod } from '@switchyard/grpc-server';
import {
  CLASSIFY_METHOD, REGRESS_METHOD, assertInputNames, assertMethodSignature, assertSignature, classificationResult, decodeInferenceRequest, decodePredictRequest,
  encodePredictResponse, regressionResult, servedSpec, signatureDefMap, statusOf, toModelSpec, wantedOutputs, type PlainModelSpec,
} from '@switchyard/protocol-tf-serving-grpc';
import { assertClassifies, assertRegresses, examplesToInputs } from '@switchyard/tf-examples';
import { chooseFor } from './choose-for.js';
import { multiInference } from './multi-inference.js';
import { runFor, type PredictionParts } from './run-for.js';

const NAME = 'tensorflow.serving.PredictionService';
const METADATA_FIELD = 'signature_def';
const SHOWN_LENGTH = 100;

/** TensorFlow Serving's PredictionService (tensorflow_serving/apis/prediction_service.proto). */
export function predictionService(parts: PredictionParts): GrpcService {
  return {
    name: NAME,
    unary: {
      Predict: predict(parts),
      Classify: classify(parts),
      Regress: regress(parts),
      MultiInference: multiInference(parts),
      GetModelMetadata: metadata(parts),
    },
    streams: {},
    statusOf,
  };
}

function predict(parts: PredictionParts): UnaryMethod {
  return async (bytes, call) => {
    const { modelSpec, inputs, outputFilter } = decodePredictRequest(bytes);
    const manifest = chooseFor(call, modelSpec, parts.predictions);
    assertSignature(manifest, modelSpec.signatureName);
    assertInputNames(inputs, manifest);
    const wanted = wantedOutputs(outputFilter, manifest);
    const outputs = await runFor(call, 'Predict', parts, { manifest, inputs });
    return encodePredictResponse(outputFilter.length === 0 ? outputs : new Map([...outputs].filter(([name]) => wanted.some((spec) => spec.name === name))), manifest);
  };
}

function classify(parts: PredictionParts): UnaryMethod {
  return async (bytes, call) => {
    const { modelSpec, input } = decodeInferenceRequest('ClassificationRequest', bytes);
    const manifest = chooseFor(call, modelSpec, parts.predictions);
    assertMethodSignature(manifest, modelSpec.signatureName, { method: CLASSIFY_METHOD });
    assertClassifies(manifest.signature);
    const outputs = await runFor(call, 'Classify', parts, { manifest, inputs: examplesToInputs(input, manifest.signature) });
    return parts.protos.encode('tensorflow.serving.ClassificationResponse', { result: classificationResult(outputs, manifest), model_spec: servedSpec(manifest) });
  };
}

function regress(parts: PredictionParts): UnaryMethod {
  return async (bytes, call) => {
    const { modelSpec, input } = decodeInferenceRequest('RegressionRequest', bytes);
    const manifest = chooseFor(call, modelSpec, parts.predictions);
    assertMethodSignature(manifest, modelSpec.signatureName, { method: REGRESS_METHOD });
    assertRegresses(manifest.signature);
    const outputs = await runFor(call, 'Regress', parts, { manifest, inputs: examplesToInputs(input, manifest.signature) });
    return parts.protos.encode('tensorflow.serving.RegressionResponse', { result: regressionResult(outputs, manifest), model_spec: servedSpec(manifest) });
  };
}

/** Words of the refusals: servables/tensorflow/get_model_metadata_impl.cc. */
function metadata({ protos, predictions }: PredictionParts): UnaryMethod {
  return protos.plainMethod(`${NAME}/GetModelMetadata`, (request: { model_spec: PlainModelSpec | null; metadata_field: readonly string[] }, call) => {
    const spec = toModelSpec(request.model_spec);
    if (request.metadata_field.length === 0) throw new ServingError('invalid-input', 'GetModelMetadataRequest must specify at least one metadata_field');
    const unknown = request.metadata_field.find((field) => field !== METADATA_FIELD);
    if (unknown !== undefined) throw new ServingError('invalid-input', `Metadata field ${unknown.slice(0, SHOWN_LENGTH)} is not supported`);
    const manifest = chooseFor(call, spec, predictions);
    const type = 'tensorflow.serving.SignatureDefMap';
    const value = protos.encode(type, signatureDefMap(manifest));
    return { model_spec: { ...servedSpec(manifest), signature_name: '' }, metadata: { [METADATA_FIELD]: { type_url: `type.googleapis.com/${type}`, value } } };
  });
}
