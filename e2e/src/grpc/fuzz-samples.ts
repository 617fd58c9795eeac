import { encodeRequest } from './grpc-client.js';

const PREDICTION = 'tensorflow.serving.PredictionService';
const INFERENCE = 'inference.GRPCInferenceService';

/** Requests that are right, as path and bytes: what is sent begins as one of them. @param first those of the hot methods, as plain objects */
export function fuzzSamples(first: readonly (readonly [string, object])[]): readonly (readonly [string, Buffer])[] {
  const example = { features: { feature: { features: { float_list: { value: [1, 2] } } } } };
  const examples = { model_spec: { name: 'simple_classifier' }, input: { example_list: { examples: [example] } } };
  const samples: readonly (readonly [string, object])[] = [
    ...first,
    [`${PREDICTION}/Classify`, examples],
    [`${PREDICTION}/Regress`, examples],
    [`${PREDICTION}/GetModelMetadata`, { model_spec: { name: 'mnist' }, metadata_field: ['signature_def'] }],
    [`${INFERENCE}/ModelStatistics`, { name: 'mnist' }],
    [`${INFERENCE}/RepositoryModelLoad`, { model_name: 'nope', parameters: { config: { string_param: '{}' } } }],
  ];
  return samples.map(([path, request]) => [path, encodeRequest(path, request)]);
}
