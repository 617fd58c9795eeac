import type { GraphBuilder } from '../graph-builder.js';
import type { GraphTensor } from '../graph-tensor.js';
import type { Layer } from '../layers-model.js';

/**
 * Writes one use of a layer into the graph and returns what it computes.
 * @throws ExportRefusal when the layer, as it is configured, cannot be expressed.
 */
export type LayerExporter = (layer: Layer, inputs: readonly GraphTensor[], graph: GraphBuilder) => GraphTensor;

/** Most layers: one tensor in, one out. */
export type SingleInputExporter = (layer: Layer, input: GraphTensor, graph: GraphBuilder) => GraphTensor;
