import { refuseLayer } from '../export-refusal.js';
import type { GraphBuilder } from '../graph-builder.js';
import { AS_SAVED, savedIndices, toSavedOrder, type GraphTensor } from '../graph-tensor.js';
import { flagSetting, weightOf } from '../layer-settings.js';
import type { Layer, Weight } from '../layers-model.js';
import { activate } from './activation.js';
import type { LayerExporter } from './layer-exporter.js';
import { singleInput } from './single-input.js';

/** `Gemm` on rows of one dimension, `MatMul` over the last dimension of larger ones; behind a Flatten the weights are permuted, not the data. */
export const denseLayer: LayerExporter = singleInput((layer, input, graph) => {
  const kernel = weightOf(layer, 'kernel');
  const [inputs, units] = kernel.shape;
  if (kernel.shape.length !== 2 || inputs !== input.shape.at(-1) || units === undefined) {
    refuseLayer(layer, `has a kernel of shape [${kernel.shape.join(',')}] for rows of shape [${input.shape.join(',')}].`);
  }
  const shape = [...input.shape.slice(0, -1), units];
  const name =
    input.shape.length === 1 ? multiplyRows(layer, input, graph) : multiplyLastDimension(layer, toSavedOrder(graph, input), graph);
  return activate(layer, { name, shape, layout: AS_SAVED }, graph);
});

function multiplyRows(layer: Layer, input: GraphTensor, graph: GraphBuilder): string {
  const kernel = weightOf(layer, 'kernel');
  const ordered = input.layout.kind === 'flattened' ? permuteRows(kernel, savedIndices(input.layout.from)) : kernel;
  return graph.addNode({
    type: 'Gemm',
    layer: layer.name,
    inputs: [input.name, graph.addFloats(`${layer.name}/kernel`, ordered.shape, ordered.data), ...bias(layer, graph)],
  });
}

function multiplyLastDimension(layer: Layer, input: GraphTensor, graph: GraphBuilder): string {
  const { shape, data } = weightOf(layer, 'kernel');
  const product = graph.addNode({
    type: 'MatMul',
    layer: layer.name,
    inputs: [input.name, graph.addFloats(`${layer.name}/kernel`, shape, data)],
  });
  const [added] = bias(layer, graph);
  return added === undefined ? product : graph.addNode({ type: 'Add', layer: layer.name, inputs: [product, added] });
}

/** The name of the bias, or nothing when the layer has none. */
function bias(layer: Layer, graph: GraphBuilder): readonly string[] {
  if (!flagSetting(layer, 'useBias', true)) return [];
  const { shape, data } = weightOf(layer, 'bias');
  return [graph.addFloats(`${layer.name}/bias`, shape, data)];
}

/** Row `i` of the result is row `order[i]` of the kernel. */
function permuteRows(kernel: Weight, order: Int32Array): Weight {
  const columns = kernel.shape[1] ?? 1;
  const data = new Float32Array(kernel.data.length);
  order.forEach((from, to) => data.set(kernel.data.subarray(from * columns, (from + 1) * columns), to * columns));
  return { shape: kernel.shape, data };
}
