import { ServingError } from '@switchyard/errors';
import { ExportRefusal, refuseLayer } from './export-refusal.js';
import { foldBatchNormalization } from './fold-batch-normalization.js';
import { foldZeroPadding } from './fold-zero-padding.js';
import { GraphBuilder } from './graph-builder.js';
import { AS_SAVED, toSavedOrder, type GraphTensor } from './graph-tensor.js';
import { findLayerExporter } from './layer-exporters.js';
import type { LayerCall, LayersModel, ModelInput, TensorId } from './layers-model.js';
import { mergeNeighbours } from './merge-neighbours.js';
import { encodeModelProto } from './onnx-proto.js';

/** Version of the operator set, the newest whose every operator here onnxruntime 1.13 and later run; and the file format that came with it. */
const OPSET_VERSION = 17;
const IR_VERSION = 8;

/**
 * The bytes of an ONNX file that computes what the layers model computes, under the same input and output names, for any number of rows.
 * @throws ExportRefusal when something in the model cannot be expressed.
 */
export function exportLayersModel(model: LayersModel): Uint8Array {
  const graph = new GraphBuilder(reserveNames(model));
  const tensors = new Map<TensorId, GraphTensor>(model.inputs.map((input) => [input.tensor, exportInput(input, graph)]));
  const merged = mergeNeighbours(model, [foldZeroPadding, foldBatchNormalization]);
  for (const call of merged.calls) tensors.set(call.output, exportCall(call, tensors, graph));
  for (const { name, tensor } of model.outputs) {
    const saved = toSavedOrder(graph, written(tensors, tensor));
    graph.addOutput(name, saved.name, saved.shape);
  }
  return encodeModelProto({
    irVersion: IR_VERSION,
    producerName: 'switchyard',
    graph: graph.build('layers-model'),
    opsetImport: [{ domain: '', version: OPSET_VERSION }],
  });
}

/** In ONNX inputs and outputs share one space of names, so each may stand only once. */
function reserveNames(model: LayersModel): readonly string[] {
  const names = [...model.inputs, ...model.outputs].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ExportRefusal(`The name "${twice}" stands for several inputs or outputs, which ONNX cannot express.`);
  return names;
}

function exportInput(input: ModelInput, graph: GraphBuilder): GraphTensor {
  if (input.dtype !== 'float32') throw new ExportRefusal(`Input "${input.name}" is ${input.dtype}; the ONNX export knows float32 only.`);
  const shape = input.shape.map((size) => {
    if (size === null)
      throw new ExportRefusal(`Input "${input.name}" leaves more than its number of rows open; the ONNX export needs fixed sizes.`);
    return size;
  });
  return { name: graph.addInput(input.name, shape), shape, layout: AS_SAVED };
}

function exportCall({ layer, inputs }: LayerCall, tensors: ReadonlyMap<TensorId, GraphTensor>, graph: GraphBuilder): GraphTensor {
  const exporter = findLayerExporter(layer.className);
  if (exporter === undefined) refuseLayer(layer, `is a ${layer.className}, which the ONNX export does not know.`);
  return exporter(
    layer,
    inputs.map((tensor) => written(tensors, tensor)),
    graph,
  );
}

function written(tensors: ReadonlyMap<TensorId, GraphTensor>, id: TensorId): GraphTensor {
  const tensor = tensors.get(id);
  if (tensor === undefined) throw new ServingError('internal', `Tensor ${id} is read before it is written. This is a bug.`);
  return tensor;
}
