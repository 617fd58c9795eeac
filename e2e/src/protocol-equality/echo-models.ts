import { readFile } from 'node:fs/promises';
import protobuf from 'protobufjs';
import type { Dtype } from '@switchyard/tensor';
import { publishModel } from '../stack/publish-model.js';
import type { TrainedStack } from '../stack/trained-stack.js';

const ECHO = new URL('../../../libs/engine-onnx/fixtures/echo/model.onnx', import.meta.url);

/** The part of onnx/onnx.proto that the fixture is written in; types stay the bytes they are. */
const SCHEMA = `syntax = "proto3";
message ModelProto { int64 ir_version = 1; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message GraphProto { repeated NodeProto node = 1; string name = 2; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; }
message ValueInfoProto { string name = 1; bytes type = 2; }`;

interface Graph {
  node: { readonly input: readonly string[] }[];
  input: { readonly name: string }[];
  output: { readonly name: string }[];
}

const ModelProto = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('ModelProto');

/** Publishes the fixture of all dtypes cut down to some: for each an input `<dtype>_in` and an output `<dtype>_out` of the same two columns. */
export async function publishEchoOf(stack: TrainedStack, name: string, dtypes: readonly Dtype[]): Promise<void> {
  const specs = (suffix: string) => dtypes.map((dtype) => ({ name: `${dtype}_${suffix}`, dtype, shape: [-1, 2], finite: false }));
  await publishModel(stack, { name, onnx: echoOf(await readFile(ECHO), dtypes), signature: { inputs: specs('in'), outputs: specs('out') } });
}

function echoOf(onnx: Uint8Array, dtypes: readonly Dtype[]): Uint8Array {
  const model = ModelProto.decode(onnx) as protobuf.Message & { graph: Graph };
  const kept = new Set(dtypes.flatMap((dtype) => [`${dtype}_in`, `${dtype}_out`]));
  const { graph } = model;
  graph.node = graph.node.filter(({ input }) => kept.has(input[0]!));
  graph.input = graph.input.filter(({ name }) => kept.has(name));
  graph.output = graph.output.filter(({ name }) => kept.has(name));
  return ModelProto.encode(model).finish();
}
