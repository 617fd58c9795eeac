import { elementCount } from '@switchyard/tensor';
import type { GraphBuilder } from './graph-builder.js';

/**
 * How the elements of a tensor lie in the ONNX graph.
 * - `as-saved`: in TensorFlow's order, `[N, …spatial, channels]`.
 * - `channels-first`: `[N, channels, …spatial]`, as ONNX convolves and pools.
 * - `flattened`: `[N, elements]`, flattened from channels first, where TensorFlow would have flattened from channels last.
 */
export type Layout =
  { readonly kind: 'as-saved' } | { readonly kind: 'channels-first' } | { readonly kind: 'flattened'; readonly from: readonly number[] };

/** A tensor of the ONNX graph. */
export interface GraphTensor {
  readonly name: string;
  /** Of one row as TensorFlow sees it, channels last and without the batch dimension, whatever the layout. */
  readonly shape: readonly number[];
  readonly layout: Layout;
}

export const AS_SAVED: Layout = { kind: 'as-saved' };
export const CHANNELS_FIRST: Layout = { kind: 'channels-first' };

/** The same elements in TensorFlow's order. */
export function toSavedOrder(graph: GraphBuilder, tensor: GraphTensor): GraphTensor {
  switch (tensor.layout.kind) {
    case 'as-saved':
      return tensor;
    case 'channels-first': {
      const inverse = channelsFirstOrder(tensor.shape.length).map((_, axis, order) => order.indexOf(axis));
      return { ...tensor, layout: AS_SAVED, name: reorder(graph, tensor, { order: inverse, shape: tensor.shape }) };
    }
    case 'flattened': {
      const unflattened = reshape(graph, tensor.name, channelsFirstShape(tensor.layout.from));
      const saved = toSavedOrder(graph, { name: unflattened, shape: tensor.layout.from, layout: CHANNELS_FIRST });
      return { ...tensor, layout: AS_SAVED, name: reshape(graph, saved.name, tensor.shape) };
    }
  }
}

/** The same elements with channels before the spatial dimensions. Only for tensors that have both. */
export function toChannelsFirst(graph: GraphBuilder, tensor: GraphTensor): GraphTensor {
  if (tensor.layout.kind === 'channels-first') return tensor;
  const saved = toSavedOrder(graph, tensor);
  const target = { order: channelsFirstOrder(tensor.shape.length), shape: channelsFirstShape(tensor.shape) };
  return { ...saved, layout: CHANNELS_FIRST, name: reorder(graph, saved, target) };
}

/** `[height, width, channels]` → `[channels, height, width]`. */
export function channelsFirstShape(shape: readonly number[]): readonly number[] {
  return [...shape.slice(-1), ...shape.slice(0, -1)];
}

/** Gives every row another shape; the batch dimension, which may be zero, is copied from the input. */
export function reshape(graph: GraphBuilder, name: string, rowShape: readonly number[]): string {
  return graph.once(`${name} as [${rowShape.join(',')}]`, () => {
    const shape = graph.addIntegers(`${name}/shape`, [0, ...rowShape]);
    return graph.addNode({ type: 'Reshape', layer: name, inputs: [name, shape] });
  });
}

/**
 * For each element of a flattened tensor as it lies in the graph, its index in TensorFlow's order:
 * the permutation that weights need when they meet such a tensor. `from` is `[…spatial, channels]`.
 */
export function savedIndices(from: readonly number[]): Int32Array {
  const channels = from[from.length - 1] ?? 1;
  const area = elementCount(from) / channels;
  return Int32Array.from({ length: area * channels }, (_, index) => (index % area) * channels + Math.floor(index / area));
}

/** The ONNX axis on which TensorFlow's `axis` of a tensor lies (negative counts from the end, 0 is the batch). */
export function graphAxis(tensor: GraphTensor, axis: number): number {
  const rank = tensor.shape.length + 1;
  const positive = axis < 0 ? axis + rank : axis;
  if (tensor.layout.kind !== 'channels-first' || positive === 0) return positive;
  return positive === rank - 1 ? 1 : positive + 1;
}

/** `Transpose`, or a mere `Reshape` when at most one of the groups that swap places is larger than 1 (a grey image). */
function reorder(
  graph: GraphBuilder,
  tensor: GraphTensor,
  target: { readonly order: readonly number[]; readonly shape: readonly number[] },
): string {
  const channels = tensor.shape[tensor.shape.length - 1] ?? 1;
  if (channels === 1 || elementCount(tensor.shape) === channels) return reshape(graph, tensor.name, target.shape);
  return graph.once(`${tensor.name} by [${target.order.join(',')}]`, () =>
    graph.addNode({ type: 'Transpose', layer: tensor.name, inputs: [tensor.name], attributes: { perm: { ints: target.order } } }),
  );
}

/** `[0, 3, 1, 2]` for images: for each dimension of the target, the one it is taken from. */
function channelsFirstOrder(rowRank: number): readonly number[] {
  return [0, rowRank, ...Array.from({ length: rowRank - 1 }, (_, index) => index + 1)];
}
