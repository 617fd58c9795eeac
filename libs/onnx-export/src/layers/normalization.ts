import { batchNormalizationParameters } from '../batch-normalization-parameters.js';
import { isLastAxis, numberSetting, refuseSetting } from '../layer-settings.js';
import { savedIndices, toChannelsFirst, type GraphTensor } from '../graph-tensor.js';
import type { LayerExporter } from './layer-exporter.js';
import { singleInput } from './single-input.js';

/** Only those that could not be folded into the layer before them get here. */
export const batchNormalizationLayer: LayerExporter = singleInput((layer, input, graph) => {
  if (!isLastAxis(layer.config['axis'] ?? -1, input.shape.length))
    refuseSetting(layer, 'axis', `the last one, ${input.shape.length} or -1`);
  const source = input.shape.length === 1 ? input : toChannelsFirst(graph, input);
  const { gamma, beta, mean, variance, epsilon } = batchNormalizationParameters(layer);
  const constants = Object.entries({ gamma, beta, mean, variance }).map(([name, values]) =>
    graph.addFloats(`${layer.name}/${name}`, [values.length], inOrderOf(source, values)),
  );
  return {
    ...source,
    name: graph.addNode({
      type: 'BatchNormalization',
      layer: layer.name,
      inputs: [source.name, ...constants],
      attributes: { epsilon: { float: epsilon } },
    }),
  };
});

/** `x · scale + offset`, the scaling of pixels that Keras models often begin with. */
export const rescalingLayer: LayerExporter = singleInput((layer, input, graph) => {
  const scale = graph.addFloat(`${layer.name}/scale`, numberSetting(layer, 'scale', 1));
  const offset = graph.addFloat(`${layer.name}/offset`, numberSetting(layer, 'offset', 0));
  const scaled = graph.addNode({ type: 'Mul', layer: layer.name, inputs: [input.name, scale] });
  return { ...input, name: graph.addNode({ type: 'Add', layer: layer.name, inputs: [scaled, offset] }) };
});

/** One value for each channel, in the order in which the channels lie in the graph. */
function inOrderOf(tensor: GraphTensor, values: Float32Array): Float32Array {
  if (tensor.layout.kind !== 'flattened') return values;
  return Float32Array.from(savedIndices(tensor.layout.from), (index) => values[index] ?? 0);
}
