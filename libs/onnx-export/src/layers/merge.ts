import { refuseLayer } from '../export-refusal.js';
import type { GraphBuilder } from '../graph-builder.js';
import { graphAxis, reshape, toChannelsFirst, toSavedOrder, type GraphTensor } from '../graph-tensor.js';
import { numberSetting, refuseSetting } from '../layer-settings.js';
import type { Layer } from '../layers-model.js';
import type { LayerExporter } from './layer-exporter.js';

export const addLayer: LayerExporter = elementwise(chain('Add'));
export const multiplyLayer: LayerExporter = elementwise(chain('Mul'));
export const maximumLayer: LayerExporter = elementwise(atOnce('Max'));
export const minimumLayer: LayerExporter = elementwise(atOnce('Min'));
export const averageLayer: LayerExporter = elementwise((layer, inputs, graph) => {
  const sum = chain('Add')(layer, inputs, graph);
  return graph.addNode({ type: 'Mul', layer: layer.name, inputs: [sum, graph.addFloat(`${layer.name}/share`, 1 / inputs.length)] });
});

export const concatenateLayer: LayerExporter = (layer, inputs, graph) => {
  const aligned = alignAsImages(graph, inputs);
  const [first] = aligned;
  const rank = Math.max(...inputs.map((input) => input.shape.length)) + 1;
  // tfjs takes any negative axis for the last one, while it announces the shape of the one that was asked for.
  const axis = numberSetting(layer, 'axis', -1);
  const rowAxis = (axis === -1 ? rank - 1 : axis) - 1;
  if (first === undefined || rowAxis < 0 || rowAxis >= rank - 1) refuseSetting(layer, 'axis', `-1 or 1 to ${rank - 1}`);
  if (!aligned.every((input) => agreeBut(rowAxis, input.shape, first.shape))) {
    refuseLayer(layer, `concatenates rows of shapes ${inputs.map((input) => `[${input.shape.join(',')}]`).join(' and ')}.`);
  }
  return {
    name: graph.addNode({
      type: 'Concat',
      layer: layer.name,
      inputs: aligned.map((input) => input.name),
      attributes: { axis: { int: graphAxis(first, axis) } },
    }),
    shape: first.shape.map((size, index) => (index === rowAxis ? inputs.reduce((sum, input) => sum + (input.shape[index] ?? 0), 0) : size)),
    layout: first.layout,
  };
};

/** Computes one tensor from several in the same layout, which broadcast as they are; returns its name. */
type Combine = (layer: Layer, inputs: readonly string[], graph: GraphBuilder) => string;

function elementwise(combine: Combine): LayerExporter {
  return (layer, inputs, graph) => {
    const aligned = align(graph, inputs);
    const [first] = aligned;
    if (first === undefined || aligned.length < 2) refuseLayer(layer, `merges ${inputs.length} tensors, where at least two are expected.`);
    const shape = aligned.map((input) => input.shape).reduce((one, other) => broadcast(layer, one, other));
    return {
      name: combine(
        layer,
        aligned.map((input) => input.name),
        graph,
      ),
      shape,
      layout: first.layout,
    };
  };
}

/** Two at a time: onnxruntime fuses a binary Add into the convolution before it, but no Sum. */
function chain(type: string): Combine {
  return (layer, inputs, graph) => inputs.reduce((one, other) => graph.addNode({ type, layer: layer.name, inputs: [one, other] }));
}

function atOnce(type: string): Combine {
  return (layer, inputs, graph) => graph.addNode({ type, layer: layer.name, inputs });
}

/** Brings all to one rank and one layout: channels first as soon as one is, so that a residual block stays as its convolutions left it. */
function align(graph: GraphBuilder, inputs: readonly GraphTensor[]): readonly GraphTensor[] {
  const rank = Math.max(...inputs.map((input) => input.shape.length));
  const expanded = inputs.map((input) => expand(graph, input, rank));
  return expanded.every((input) => isFlattenedLike(input, expanded[0])) ? expanded : alignAsImages(graph, expanded);
}

/** Flattened rows are put back in order: behind them a Dense could permute its weights for one tensor, not for several in a row. */
function alignAsImages(graph: GraphBuilder, inputs: readonly GraphTensor[]): readonly GraphTensor[] {
  return inputs.map((input) => (inputs.some(isChannelsFirst) ? toChannelsFirst(graph, input) : toSavedOrder(graph, input)));
}

/** Keras adds dimensions of size 1 behind the batch. */
function expand(graph: GraphBuilder, input: GraphTensor, rank: number): GraphTensor {
  if (input.shape.length === rank) return input;
  const saved = toSavedOrder(graph, input);
  const shape = [...Array.from({ length: rank - saved.shape.length }, () => 1), ...saved.shape];
  return { ...saved, shape, name: reshape(graph, saved.name, shape) };
}

function broadcast(layer: Layer, one: readonly number[], other: readonly number[]): readonly number[] {
  return one.map((size, axis) => {
    const opposite = other[axis] ?? 1;
    if (size !== opposite && size !== 1 && opposite !== 1)
      refuseLayer(layer, `merges rows of shapes [${one.join(',')}] and [${other.join(',')}].`);
    return size === 1 ? opposite : size;
  });
}

function agreeBut(axis: number, one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((size, index) => index === axis || size === other[index]);
}

function isChannelsFirst(input: GraphTensor): boolean {
  return input.layout.kind === 'channels-first';
}

function isFlattenedLike(input: GraphTensor, first: GraphTensor | undefined): boolean {
  return input.layout.kind === 'flattened' && first?.layout.kind === 'flattened' && input.layout.from.join() === first.layout.from.join();
}
