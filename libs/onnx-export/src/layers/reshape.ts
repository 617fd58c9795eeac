import { elementCount } from '@switchyard/tensor';
import { AS_SAVED, reshape, toSavedOrder, type Layout } from '../graph-tensor.js';
import { refuseSetting, requireChannelsLast, sizesSetting } from '../layer-settings.js';
import type { LayerExporter } from './layer-exporter.js';
import { singleInput } from './single-input.js';

/** Dropout and noise act in training only. */
export const identityLayer: LayerExporter = singleInput((_layer, input) => input);

/** Channels-first data is flattened as it lies; whoever reads it next knows the order, and a Dense pays nothing for it. */
export const flattenLayer: LayerExporter = singleInput((layer, input, graph) => {
  requireChannelsLast(layer);
  if (input.shape.length === 1) return input;
  const shape = [elementCount(input.shape)];
  const layout: Layout = input.layout.kind === 'channels-first' ? { kind: 'flattened', from: input.shape } : AS_SAVED;
  return { name: reshape(graph, input.name, shape), shape, layout };
});

/** One size may be left open (null or negative): what remains goes there. */
export const reshapeLayer: LayerExporter = singleInput((layer, input, graph) => {
  const target = layer.config['targetShape'];
  if (!Array.isArray(target)) refuseSetting(layer, 'targetShape', 'a list of sizes');
  const sizes = target.map((size: unknown) => (typeof size === 'number' && size >= 0 ? size : null));
  const elements = elementCount(input.shape);
  const known = sizes.reduce<number>((product, size) => product * (size ?? 1), 1);
  const shape = sizes.map((size) => size ?? elements / known);
  if (elementCount(shape) !== elements || sizes.filter((size) => size === null).length > 1) {
    refuseSetting(layer, 'targetShape', `sizes that hold the ${elements} elements of a row`);
  }
  return { name: reshape(graph, toSavedOrder(graph, input).name, shape), shape, layout: AS_SAVED };
});

/** `dims` counts from 1, the batch being 0. */
export const permuteLayer: LayerExporter = singleInput((layer, input, graph) => {
  const dims = sizesSetting(layer, 'dims', input.shape.length);
  const saved = toSavedOrder(graph, input);
  const name = graph.addNode({ type: 'Transpose', layer: layer.name, inputs: [saved.name], attributes: { perm: { ints: [0, ...dims] } } });
  return {
    name,
    shape: dims.map((dim) => input.shape[dim - 1] ?? refuseSetting(layer, 'dims', `numbers from 1 to ${input.shape.length}`)),
    layout: AS_SAVED,
  };
});
