import { refuseLayer } from '../export-refusal.js';
import type { AttributeValue, GraphBuilder } from '../graph-builder.js';
import { graphAxis, toSavedOrder, type GraphTensor } from '../graph-tensor.js';
import { activationSetting, isLastAxis, numberSetting, refuseSetting, weightOf } from '../layer-settings.js';
import type { Layer } from '../layers-model.js';
import type { LayerExporter } from './layer-exporter.js';
import { singleInput } from './single-input.js';

/** Writes an activation behind a layer and returns the name of its output. */
type ActivationExporter = (graph: GraphBuilder, layer: string, input: GraphTensor) => string;

/** By the name under which tfjs saves them, in camel case (tfjs-layers, src/activations.ts). */
const ACTIVATIONS: Readonly<Record<string, ActivationExporter>> = {
  linear: (_graph, _layer, input) => input.name,
  relu: operator('Relu'),
  relu6: (graph, layer, input) => clip(graph, layer, { input: input.name, max: 6 }),
  sigmoid: operator('Sigmoid'),
  hardSigmoid: operator('HardSigmoid', { alpha: { float: 0.2 }, beta: { float: 0.5 } }),
  tanh: operator('Tanh'),
  elu: operator('Elu'),
  selu: operator('Selu'),
  softplus: operator('Softplus'),
  softsign: operator('Softsign'),
  softmax: overChannels('Softmax'),
  logSoftmax: overChannels('LogSoftmax'),
  swish: (graph, layer, input) => gate(graph, layer, { input, by: operator('Sigmoid')(graph, layer, input) }),
  mish: (graph, layer, input) => {
    const softplus = graph.addNode({ type: 'Softplus', layer, inputs: [input.name] });
    return gate(graph, layer, { input, by: graph.addNode({ type: 'Tanh', layer, inputs: [softplus] }) });
  },
  gelu,
};

/** What a layer's own `activation` argument adds to its output. @throws ExportRefusal for an activation that the export does not know. */
export function activate(layer: Layer, input: GraphTensor, graph: GraphBuilder): GraphTensor {
  const name = activationSetting(layer);
  const exporter = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (exporter === undefined) refuseLayer(layer, `has activation "${name}", which the ONNX export does not know.`);
  return { ...input, name: exporter(graph, layer.name, input) };
}

export const activationLayer: LayerExporter = singleInput(activate);

/** Keras' arguments beyond `maxValue`, which tfjs ignores, would mean another function. */
export const reluLayer: LayerExporter = singleInput((layer, input, graph) => {
  if (numberSetting(layer, 'negativeSlope', 0) !== 0) refuseSetting(layer, 'negativeSlope', '0');
  if (numberSetting(layer, 'threshold', 0) !== 0) refuseSetting(layer, 'threshold', '0');
  const max = numberSetting(layer, 'maxValue', Infinity);
  const name = max === Infinity ? operator('Relu')(graph, layer.name, input) : clip(graph, layer.name, { input: input.name, max });
  return { ...input, name };
});

export const leakyReluLayer: LayerExporter = singleInput((layer, input, graph) => ({
  ...input,
  name: operator('LeakyRelu', { alpha: { float: numberSetting(layer, 'alpha', 0.3) } })(graph, layer.name, input),
}));

export const eluLayer: LayerExporter = singleInput((layer, input, graph) => ({
  ...input,
  name: operator('Elu', { alpha: { float: numberSetting(layer, 'alpha', 1) } })(graph, layer.name, input),
}));

export const thresholdedReluLayer: LayerExporter = singleInput((layer, input, graph) => ({
  ...input,
  name: operator('ThresholdedRelu', { alpha: { float: numberSetting(layer, 'theta', 1) } })(graph, layer.name, input),
}));

/** The learned slopes lie like a row of the input, with 1 where they are shared. */
export const preluLayer: LayerExporter = singleInput((layer, input, graph) => {
  const { shape, data } = weightOf(layer, 'alpha');
  const saved = toSavedOrder(graph, input);
  const slope = graph.addFloats(`${layer.name}/alpha`, shape, data);
  return { ...saved, name: graph.addNode({ type: 'PRelu', layer: layer.name, inputs: [saved.name, slope] }) };
});

/** tfjs computes it over the last axis only; its default, 1, is the last axis of vectors. */
export const softmaxLayer: LayerExporter = singleInput((layer, input, graph) => {
  if (!isLastAxis(layer.config['axis'] ?? 1, input.shape.length)) refuseSetting(layer, 'axis', `the last one, ${input.shape.length} or -1`);
  return { ...input, name: overChannels('Softmax')(graph, layer.name, input) };
});

function operator(type: string, attributes: Readonly<Record<string, AttributeValue>> = {}): ActivationExporter {
  return (graph, layer, input) => graph.addNode({ type, layer, inputs: [input.name], attributes });
}

/** Over what TensorFlow has as the last axis. */
function overChannels(type: string): ActivationExporter {
  return (graph, layer, input) => operator(type, { axis: { int: graphAxis(input, -1) } })(graph, layer, input);
}

function clip(graph: GraphBuilder, layer: string, { input, max }: { readonly input: string; readonly max: number }): string {
  return graph.addNode({ type: 'Clip', layer, inputs: [input, graph.addFloat(`${layer}/min`, 0), graph.addFloat(`${layer}/max`, max)] });
}

function gate(graph: GraphBuilder, layer: string, { input, by }: { readonly input: GraphTensor; readonly by: string }): string {
  return graph.addNode({ type: 'Mul', layer, inputs: [input.name, by] });
}

/** x · ½(1 + erf(x / √2)): opset 17 has no operator for it; onnxruntime fuses these five. */
function gelu(graph: GraphBuilder, layer: string, input: GraphTensor): string {
  const scaled = graph.addNode({ type: 'Div', layer, inputs: [input.name, graph.addFloat(`${layer}/sqrt2`, Math.SQRT2)] });
  const erf = graph.addNode({ type: 'Erf', layer, inputs: [scaled] });
  const shifted = graph.addNode({ type: 'Add', layer, inputs: [erf, graph.addFloat(`${layer}/one`, 1)] });
  const product = graph.addNode({ type: 'Mul', layer, inputs: [input.name, shifted] });
  return graph.addNode({ type: 'Mul', layer, inputs: [product, graph.addFloat(`${layer}/half`, 0.5)] });
}
