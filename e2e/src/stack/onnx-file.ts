import protobuf from 'protobufjs';

/** The part of onnx/onnx.proto that models of a few nodes need: https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto */
const SCHEMA = `syntax = "proto3";
message ModelProto { int64 ir_version = 1; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message GraphProto { repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5; }
message AttributeProto { string name = 1; int64 i = 3; int32 type = 20; }
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4; string name = 8; }
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message TypeProto { Tensor tensor_type = 1; message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; } }
message TensorShapeProto { repeated Dimension dim = 1; message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } } }`;

const ModelProto = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('ModelProto');
/** `TensorProto.DataType`. */
const ELEMENT_TYPES = { float32: 1, int64: 7, string: 8 } as const;
/** IR version 8 and opset 15 are of one release, which onnxruntime has read since 1.11. */
const IR_VERSION = 8;
const OPSET_VERSION = 15;
const INT_ATTRIBUTE = 2;

export interface OnnxValue {
  readonly name: string;
  readonly dtype: keyof typeof ELEMENT_TYPES;
  /** Dimension 0 is -1: the rows. */
  readonly shape: readonly number[];
}

export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly { readonly type: string; readonly inputs: readonly string[]; readonly output: string; readonly axis?: number }[];
  /** Scalars by name. */
  readonly constants?: Readonly<Record<string, number>>;
}

/** The bytes of a `model.onnx` of a few nodes. */
export function encodeOnnx({ inputs, outputs, nodes, constants = {} }: OnnxGraph): Uint8Array {
  return ModelProto.encode(ModelProto.create({
    ir_version: IR_VERSION,
    opset_import: [{ domain: '', version: OPSET_VERSION }],
    graph: {
      name: 'graph',
      input: inputs.map(valueInfo),
      output: outputs.map(valueInfo),
      initializer: Object.entries(constants).map(([name, value]) => ({ name, data_type: ELEMENT_TYPES.float32, dims: [], float_data: [value] })),
      node: nodes.map((node) => ({
        name: node.output, op_type: node.type, input: [...node.inputs], output: [node.output],
        attribute: node.axis === undefined ? [] : [{ name: 'axis', i: node.axis, type: INT_ATTRIBUTE }],
      })),
    },
  })).finish();
}

function valueInfo({ name, dtype, shape }: OnnxValue): object {
  const dim = shape.map((size) => (size === -1 ? { dim_param: 'rows' } : { dim_value: size }));
  return { name, type: { tensor_type: { elem_type: ELEMENT_TYPES[dtype], shape: { dim } } } };
}
