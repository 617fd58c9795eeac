import { ServingError } from '@switchyard/errors';
import { elementCount } from '@switchyard/tensor';
import { z } from 'zod';
import { ExportRefusal } from './export-refusal.js';
import type { Weight } from './layers-model.js';

/** `weightsManifest` of a model.json: groups of shards, and the weights that lie in them end to end. */
export const weightsManifestSchema = z.array(
  z.object({
    paths: z.array(z.string()),
    weights: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.number().int().min(0)),
        dtype: z.string(),
        quantization: z.object({ dtype: z.string() }).optional(),
        group: z.string().optional(),
      }),
    ),
  }),
);

export type WeightsGroup = z.infer<typeof weightsManifestSchema>[number];
type WeightSpec = WeightsGroup['weights'][number];

/**
 * Weights by layer and short name, from one group of the manifest and the bytes of its shards, joined in order.
 * A weight may lie across two shards. The data is copied: bytes of a file may start anywhere, a Float32Array only at a multiple of four.
 * The host is little-endian, as the format and every platform of Node with a native engine are.
 * @throws ServingError `model-invalid` when the shards are shorter than the manifest says.
 * @throws ExportRefusal for a weight that is not float32.
 */
export function decodeWeights(group: WeightsGroup, shards: Uint8Array): readonly NamedWeight[] {
  let offset = 0;
  // The optimizer's state, when it was saved at all, lies behind the last weight of the model.
  return group.weights
    .filter((spec) => spec.group !== 'optimizer')
    .map((spec) => {
      requireFloat32(spec);
      const data = new Float32Array(elementCount(spec.shape));
      const bytes = shards.subarray(offset, offset + data.byteLength);
      if (bytes.length < data.byteLength) {
        throw new ServingError(
          'model-invalid',
          `The weight shards end ${data.byteLength - bytes.length} bytes before the end of weight "${spec.name}".`,
        );
      }
      new Uint8Array(data.buffer).set(bytes);
      offset += data.byteLength;
      return { ...splitName(spec.name), weight: { shape: spec.shape, data } };
    });
}

export interface NamedWeight {
  readonly layerName: string;
  readonly weightName: string;
  readonly weight: Weight;
}

/** `block/conv_1/kernel` is the weight `kernel` of layer `block/conv_1`. */
function splitName(name: string): { readonly layerName: string; readonly weightName: string } {
  const slash = name.lastIndexOf('/');
  return { layerName: name.slice(0, Math.max(slash, 0)), weightName: name.slice(slash + 1) };
}

function requireFloat32(spec: WeightSpec): void {
  if (spec.quantization !== undefined) {
    throw new ExportRefusal(`Weight "${spec.name}" is quantized to ${spec.quantization.dtype}; the ONNX export knows float32 only.`);
  }
  if (spec.dtype !== 'float32') {
    throw new ExportRefusal(`Weight "${spec.name}" is ${spec.dtype}; the ONNX export knows float32 only.`);
  }
}
