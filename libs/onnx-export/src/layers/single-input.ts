import { refuseLayer } from '../export-refusal.js';
import type { LayerExporter, SingleInputExporter } from './layer-exporter.js';

/** @throws ExportRefusal when the layer is called on more than one tensor, or its rows have fewer than `minRank` dimensions. */
export function singleInput(exporter: SingleInputExporter, minRank = 1): LayerExporter {
  return (layer, inputs, graph) => {
    const [input] = inputs;
    if (input === undefined || inputs.length > 1)
      refuseLayer(layer, `is a ${layer.className} called on ${inputs.length} tensors, where one is expected.`);
    if (input.shape.length < minRank) {
      refuseLayer(
        layer,
        `is a ${layer.className} called on rows of shape [${input.shape.join(',')}], where at least ${minRank} dimensions are expected.`,
      );
    }
    return exporter(layer, input, graph);
  };
}
