import protobuf from 'protobufjs';
import { bytesOf, floatsOf, rowsOf, type ServedModel, type WireFormat } from './wire-format.js';

const { Reader, Writer } = protobuf;
const GRPC_CONTENT = 'application/grpc';
/** A field's number and wire type 2 (length-delimited), as they are written before it. */
const bytesField = (field: number): number => (field << 3) | 2;
const DT_FLOAT = 1;

/** TensorFlow Serving's Predict: one TensorProto with `tensor_content`. */
export function tfServingGrpc({ name, inputName }: ServedModel): WireFormat {
  return {
    name: 'tf-serving-grpc',
    description: 'TF Serving gRPC',
    transport: 'grpc',
    encode(images) {
      const writer = Writer.create();
      writer.uint32(bytesField(1)).fork().uint32(bytesField(1)).string(name).ldelim(); // model_spec.name
      writer.uint32(bytesField(2)).fork().uint32(bytesField(1)).string(inputName).uint32(bytesField(2)).fork(); // inputs[inputName]
      writer.uint32(1 << 3).int32(DT_FLOAT).uint32(bytesField(2)).fork();
      for (const size of images.shape) writer.uint32(bytesField(2)).fork().uint32(1 << 3).int64(size).ldelim();
      const body = writer.ldelim().uint32(bytesField(4)).bytes(bytesOf(images)).ldelim().ldelim().finish();
      return { contentType: GRPC_CONTENT, body };
    },
    readAnswers: (body, classes) => rowsOfMessage(body, classes, { path: [1, 2], contents: [4, 5] }),
  };
}

/** Open Inference's ModelInfer with `raw_input_contents`. */
export function openInferenceGrpc({ name, inputName }: ServedModel): WireFormat {
  return {
    name: 'open-inference-grpc',
    description: 'Open Inference gRPC',
    transport: 'grpc',
    encode(images) {
      const writer = Writer.create().uint32(bytesField(1)).string(name);
      writer.uint32(bytesField(5)).fork().uint32(bytesField(1)).string(inputName).uint32(bytesField(2)).string('FP32').uint32(bytesField(3)).fork();
      for (const size of images.shape) writer.int64(size);
      const body = writer.ldelim().ldelim().uint32(bytesField(7)).bytes(bytesOf(images)).finish();
      return { contentType: GRPC_CONTENT, body };
    },
    readAnswers: (body, classes) => rowsOfMessage(body, classes, { path: [], contents: [6] }),
  };
}

/** Follows the first field of each number in `path`, and reads the floats of the first field in `contents`. */
function rowsOfMessage(body: Buffer, classes: number, { path, contents }: { path: readonly number[]; contents: readonly number[] }): Float32Array[] | undefined {
  try {
    const inner = path.reduce((message, field) => fieldOf(message, [field]), body as Uint8Array);
    return rowsOf(floatsOf(fieldOf(inner, contents)), classes);
  } catch {
    return undefined;
  }
}

/** @throws Error when there is none */
function fieldOf(message: Uint8Array, fields: readonly number[]): Uint8Array {
  const reader = Reader.create(message);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 2 && fields.includes(tag >>> 3)) return reader.bytes();
    reader.skipType(tag & 7);
  }
  throw new Error(`The message has no field ${fields.join(' or ')}.`);
}
