import { ServingError } from '@switchyard/errors';
import type { Manifest } from '@switchyard/model-registry';
import { DATATYPES, classify, writeByteStrings } from '@switchyard/open-inference';
import { createWriter, lengthDelimited, packElements, varint, type WireWriter } from '@switchyard/protobuf-wire';
import { numericData, viewBytes, type Tensor, type TensorMap } from '@switchyard/tensor';
import { BYTES_FIELD, CONTENTS_FIELDS, encodingOf } from './contents-fields.js';
import type { InferRequest, RequestedOutput } from './decode-infer-request.js';

const MODEL_NAME = lengthDelimited(1);
const MODEL_VERSION = lengthDelimited(2);
const ID = lengthDelimited(3);
const PARAMETER = lengthDelimited(4);
const OUTPUT = lengthDelimited(5);
const RAW = lengthDelimited(6);
const NAME = lengthDelimited(1);
const DATATYPE = lengthDelimited(2);
const SHAPE = lengthDelimited(3);
const CONTENTS = lengthDelimited(5);
const ERROR_MESSAGE = lengthDelimited(1);
const INFER_RESPONSE = lengthDelimited(2);
const MAP_KEY = lengthDelimited(1);
const MAP_VALUE = lengthDelimited(2);
const BOOL_PARAM = varint(1);
/** The parameter by which Triton's clients know that a request of a stream has no more answers to come; many wait for nothing else. */
const FINAL_RESPONSE = createWriter().uint32(MAP_KEY).string('triton_final_response').uint32(MAP_VALUE).fork().uint32(BOOL_PARAM).bool(true).ldelim().finish();

/** What an answer goes back to. */
type AnsweredRequest = Pick<InferRequest, 'id' | 'outputs' | 'raw'>;

/**
 * An `inference.ModelInferResponse`: the outputs asked for, raw when the request was, or when one of them can travel in no other way (FP16).
 * @throws ServingError `engine-failed` when the model gave less than its signature says, `invalid-input` for classes of an output that has none.
 */
export function encodeInferResponse(request: AnsweredRequest, outputs: TensorMap, manifest: Manifest): Buffer {
  const writer = createWriter();
  writeResponse(writer, request, { outputs, manifest });
  return writer.finish() as Buffer;
}

/** The same as one message of a stream (`inference.ModelStreamInferResponse`), the only one to its request. */
export function encodeStreamResponse(request: AnsweredRequest, outputs: TensorMap, manifest: Manifest): Buffer {
  const writer = createWriter().uint32(INFER_RESPONSE).fork().uint32(PARAMETER).bytes(FINAL_RESPONSE);
  writeResponse(writer, request, { outputs, manifest });
  return writer.ldelim().finish() as Buffer;
}

/** A failed request of a stream: the stream goes on, as Triton's does. @param id of the request, so that its caller knows which */
export function encodeStreamError(message: string, id: string): Buffer {
  return createWriter().uint32(ERROR_MESSAGE).string(message).uint32(INFER_RESPONSE).fork().uint32(ID).string(id).ldelim().finish() as Buffer;
}

function writeResponse(writer: WireWriter, request: AnsweredRequest, { outputs, manifest }: { readonly outputs: TensorMap; readonly manifest: Manifest }): void {
  const values = request.outputs.map((output) => ({ name: output.name, value: valueOf(output, outputs, manifest) }));
  const isRaw = request.raw || values.some(({ value }) => value.dtype === 'float16');
  writer.uint32(MODEL_NAME).string(manifest.name).uint32(MODEL_VERSION).string(String(manifest.version));
  if (request.id !== '') writer.uint32(ID).string(request.id);
  for (const { name, value } of values) {
    writer.uint32(OUTPUT).fork().uint32(NAME).string(name).uint32(DATATYPE).string(DATATYPES[value.dtype].wire).uint32(SHAPE).fork();
    for (const size of value.shape) writer.int64(size);
    writer.ldelim();
    if (!isRaw) writeContents(writer, value);
    writer.ldelim();
  }
  if (isRaw) for (const { value } of values) writer.uint32(RAW).bytes(value.dtype === 'string' ? writeByteStrings(value.data as readonly Uint8Array[]) : viewBytes(numericData(value)));
}

function valueOf({ name, classes }: RequestedOutput, outputs: TensorMap, { labels }: Manifest): Tensor {
  const output = outputs.get(name);
  if (output === undefined) throw new ServingError('engine-failed', `The model gave no output "${name}", which its signature promises.`);
  return classes > 0 ? classify(output, classes, labels) : output;
}

function writeContents(writer: WireWriter, value: Tensor): void {
  if (value.dtype === 'float16') return;
  writer.uint32(CONTENTS).fork();
  if (value.dtype === 'string') for (const element of value.data as readonly Uint8Array[]) writer.uint32(lengthDelimited(BYTES_FIELD)).bytes(element);
  else {
    const field = CONTENTS_FIELDS[value.dtype];
    writer.uint32(lengthDelimited(field.field)).bytes(packElements(encodingOf(field), numericData(value)));
  }
  writer.ldelim();
}
