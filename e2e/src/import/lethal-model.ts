import { readFile } from 'node:fs/promises';
import protobuf from 'protobufjs';

/** Sums the squares of pictures, and aborts libtensorflow on any rank but 4: see make-fixtures.mjs there. */
const EDGES = new URL('../../../libs/engine-tensorflow/fixtures/edges/saved_model.pb', import.meta.url);

/** oneDNN's kernels abort, TensorFlow's own answer with an error; by default only processors with instructions for neural networks (AVX512 VNNI) run the former. */
export const LETHAL_KERNELS = { TF_ENABLE_ONEDNN_OPTS: '1' };

/** The part of a `saved_model.pb` that a signature is, the graph as it is: tensorflow/core/protobuf/meta_graph.proto, tensorflow/core/framework/tensor_shape.proto. */
const SCHEMA = `syntax = "proto3";
message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }
message MetaGraphDef { bytes meta_info_def = 1; bytes graph_def = 2; map<string, SignatureDef> signature_def = 5; }
message SignatureDef { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; string method_name = 3; }
message TensorInfo { string name = 1; int32 dtype = 2; TensorShapeProto tensor_shape = 3; }
message TensorShapeProto { repeated Dim dim = 2; bool unknown_rank = 3; message Dim { int64 size = 1; } }`;

const SavedModel = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('SavedModel');
const FLOAT = 1;

/** The bytes of a SavedModel that ends the process of whoever runs it as its signature says: pictures without their channel. */
export async function lethalSavedModel(): Promise<Uint8Array> {
  const { meta_graphs: [graph], ...model } = SavedModel.toObject(SavedModel.decode(await readFile(EDGES))) as { meta_graphs: [object] };
  const tensor = (name: string, sizes: readonly number[]): object => ({ name: `${name}:0`, dtype: FLOAT, tensor_shape: { dim: sizes.map((size) => ({ size })) } });
  const signature = { inputs: { image: tensor('image', [-1, 2, 2]) }, outputs: { sums: tensor('sums', [-1, 1, 1]) }, method_name: 'tensorflow/serving/predict' };
  return SavedModel.encode(SavedModel.fromObject({ ...model, meta_graphs: [{ ...graph, signature_def: { serving_default: signature } }] })).finish();
}
