import type { Dtype, Tensor } from '@switchyard/tensor';
import type { Ask, Question } from './asking.js';
import { WIRE_TYPES, fromBytes, fromWire, toBytes, toWire, type WireValue } from './wire-values.js';

const PREDICT = 'tensorflow.serving.PredictionService/Predict';
const INFER = 'inference.GRPCInferenceService/ModelInfer';
const HEADER_LENGTH = 'inference-header-content-length';
const DEADLINE_MS = 15_000;

interface InferOutput {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}
type TensorProto = Readonly<Record<string, readonly WireValue[]>> & { readonly tensor_shape: { readonly dim: readonly { readonly size: string }[] } };

/** Open Inference over REST with every tensor as bytes behind the JSON. */
export const askInferBytes: Ask = async ({ stack, model, inputs }) => {
  const tensors = inputs.map(toBytes);
  const header = Buffer.from(JSON.stringify({
    parameters: { binary_data_output: true },
    inputs: inputs.map(({ dtype, shape }, index) => ({ ...headOf(dtype, shape), parameters: { binary_data_size: tensors[index]!.byteLength } })),
  }));
  const response = await fetch(`${stack.httpUrl}/v2/models/${model}/infer`, {
    method: 'POST', body: Buffer.concat([header, ...tensors]), signal: AbortSignal.timeout(DEADLINE_MS),
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(header.byteLength) },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`${response.status} ${bytes}`);
  const jsonLength = Number(response.headers.get(HEADER_LENGTH));
  const { outputs } = JSON.parse(bytes.toString('utf8', 0, jsonLength)) as { outputs: (InferOutput & { parameters: { binary_data_size: number } })[] };
  let position = jsonLength;
  const parts = outputs.map(({ parameters: { binary_data_size: size } }) => bytes.subarray(position, (position += size)));
  return readRaw(outputs, parts);
};

/** Open Inference over gRPC with the elements in `raw_input_contents`. */
export const askInferRaw: Ask = async ({ client, model, inputs }) => {
  const request = { model_name: model, inputs: inputs.map(({ dtype, shape }) => headOf(dtype, shape)), raw_input_contents: inputs.map(toBytes) };
  const { outputs, raw_output_contents: raw } = await client.call<{ outputs: InferOutput[]; raw_output_contents: Buffer[] }>(INFER, request);
  return readRaw(outputs, raw);
};

/** Open Inference over gRPC with the elements in the typed fields of `contents`. */
export const askInferContents: Ask = async ({ client, model, inputs }) => {
  const request = { model_name: model, inputs: inputs.map((input) => ({ ...headOf(input.dtype, input.shape), contents: { [WIRE_TYPES[input.dtype].contents]: toWire(input) } })) };
  const { outputs } = await client.call<{ outputs: (InferOutput & { contents: Readonly<Record<string, readonly WireValue[]>> })[] }>(INFER, request);
  return new Map(outputs.map(({ name, shape, contents }) => {
    const dtype = dtypeOf(name);
    return [dtype, fromWire(dtype, shape.map(Number), contents[WIRE_TYPES[dtype].contents]!)];
  }));
};

/** TensorFlow Serving over gRPC with the elements in the field of their dtype. */
export const askTfValues: Ask = (question) => askTf(question, (input) => ({ [WIRE_TYPES[input.dtype].tfField]: toWire(input) }));

/** The same with the elements in `tensor_content`, as numpy's users send them; the answer is in the field of the dtype all the same. */
export const askTfContent: Ask = (question) => askTf(question, (input) => ({ tensor_content: toBytes(input) }));

async function askTf({ client, model, inputs }: Question, elementsOf: (input: Tensor) => object): Promise<ReadonlyMap<Dtype, Tensor>> {
  const protos = inputs.map((input) => [`${input.dtype}_in`, { dtype: WIRE_TYPES[input.dtype].tf, tensor_shape: { dim: input.shape.map((size) => ({ size })) }, ...elementsOf(input) }]);
  const { outputs } = await client.call<{ outputs: Readonly<Record<string, TensorProto>> }>(PREDICT, { model_spec: { name: model }, inputs: Object.fromEntries(protos) });
  return new Map(Object.entries(outputs).map(([name, proto]) => {
    const dtype = dtypeOf(name);
    return [dtype, fromWire(dtype, proto.tensor_shape.dim.map(({ size }) => Number(size)), proto[WIRE_TYPES[dtype].tfField]!)];
  }));
}

function headOf(dtype: Dtype, shape: readonly number[]): object {
  return { name: `${dtype}_in`, datatype: WIRE_TYPES[dtype].triton, shape };
}

function readRaw(outputs: readonly InferOutput[], parts: readonly Buffer[]): ReadonlyMap<Dtype, Tensor> {
  return new Map(outputs.map(({ name, shape }, index) => {
    const dtype = dtypeOf(name);
    return [dtype, fromBytes(dtype, shape.map(Number), parts[index]!)];
  }));
}

/** `float32_out` → `float32` */
function dtypeOf(name: string): Dtype {
  return name.slice(0, -'_out'.length) as Dtype;
}
