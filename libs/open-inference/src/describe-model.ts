import type { Manifest, ModelFormat, TensorSpec } from '@switchyard/model-registry';
import { DATATYPES } from './datatype.js';

/** `<project>_<format>`, as the protocol names platforms; Triton's own names where it has them. */
const PLATFORMS: Record<ModelFormat, { readonly platform: string; readonly backend: string }> = {
  onnx: { platform: 'onnxruntime_onnx', backend: 'onnxruntime' },
  'saved-model': { platform: 'tensorflow_savedmodel', backend: 'tensorflow' },
  'tfjs-layers': { platform: 'tensorflowjs_layersmodel', backend: 'tensorflowjs' },
  'tfjs-graph': { platform: 'tensorflowjs_graphmodel', backend: 'tensorflowjs' },
};

export interface TensorDescription {
  readonly name: string;
  readonly datatype: string;
  /** -1 is any size. */
  readonly shape: readonly number[];
}

/** Model metadata: https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md#model-metadata */
export interface ModelDescription {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
}

/** @param servedVersions those a request may name. */
export function describeModel(manifest: Manifest, servedVersions: readonly number[]): ModelDescription {
  const { name, signature } = manifest;
  return {
    name,
    versions: servedVersions.map(String),
    platform: platformOf(manifest).platform,
    inputs: signature.inputs.map(describeTensor),
    outputs: signature.outputs.map(describeTensor),
  };
}

/**
 * The model configuration, as far as Triton's `ModelConfig` has words for it: https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto.
 * Dimensions are without the rows, because `max_batch_size` says that there are rows.
 * @param maxBatchSize rows that one request may have.
 */
export function describeConfig(manifest: Manifest, servedVersions: readonly number[], maxBatchSize: number): Readonly<Record<string, unknown>> {
  const { name, signature } = manifest;
  const { platform, backend } = platformOf(manifest);
  return {
    name,
    platform,
    backend,
    version_policy: { specific: { versions: servedVersions } },
    max_batch_size: maxBatchSize,
    input: signature.inputs.map((spec) => ({ ...configTensor(spec), format: 'FORMAT_NONE', allow_ragged_batch: false, optional: false })),
    output: signature.outputs.map((spec) => ({ ...configTensor(spec), label_filename: '' })),
    dynamic_batching: { preferred_batch_size: [], max_queue_delay_microseconds: 0, priority_levels: 3, default_priority_level: 1 },
    instance_group: [],
    default_model_filename: '',
    parameters: {},
  };
}

function describeTensor({ name, dtype, shape }: TensorSpec): TensorDescription {
  return { name, datatype: DATATYPES[dtype].wire, shape };
}

function configTensor({ name, dtype, shape }: TensorSpec): Readonly<Record<string, unknown>> {
  return { name, data_type: DATATYPES[dtype].config, dims: shape.slice(1) };
}

/** The form served first: the fastest. */
function platformOf({ artifacts }: Manifest): { readonly platform: string; readonly backend: string } {
  return PLATFORMS[artifacts[0]?.format ?? 'onnx'];
}
