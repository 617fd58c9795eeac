import { openInferenceGrpc, tfServingGrpc } from './grpc.js';
import { openInferenceBinary, openInferenceJson } from './open-inference.js';
import { tfServingJson } from './tf-serving-json.js';
import type { ServedModel, WireFormat } from './wire-format.js';

/** In the order of the report: the one the others are compared with first. */
export const FORMAT_NAMES = ['tf-serving-json', 'open-inference-json', 'open-inference-binary', 'open-inference-grpc', 'tf-serving-grpc'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

const FORMATS: Record<FormatName, (model: ServedModel) => WireFormat> = {
  'tf-serving-json': () => tfServingJson,
  'open-inference-json': openInferenceJson,
  'open-inference-binary': openInferenceBinary,
  'open-inference-grpc': openInferenceGrpc,
  'tf-serving-grpc': tfServingGrpc,
};

export function wireFormat(name: FormatName, model: ServedModel): WireFormat {
  return FORMATS[name](model);
}
