import { ServingError } from '@switchyard/errors';
import type { InferResponse } from '@switchyard/inference';
import { ByteWriter, CLOSE_LIST, CLOSE_OBJECT, COMMA } from '@switchyard/json-numbers';
import type { Manifest } from '@switchyard/model-registry';
import { DATATYPES, classify, writeByteStrings } from '@switchyard/open-inference';
import { elementCount, numericData, viewBytes, type Tensor } from '@switchyard/tensor';
import type { DecodedInfer } from './decode-infer.js';
import type { RequestedOutput } from './requested-outputs.js';
import { writeData } from './write-data.js';

/** A number and its comma, as a first guess. */
const BYTES_PER_ELEMENT = 14;
const BYTES_PER_OUTPUT = 160;
const BYTES_AROUND = 160;

export interface EncodedInfer {
  readonly body: Buffer;
  /** Bytes of JSON before the binary tensors; null when there are none, and the body is all JSON. */
  readonly headerLength: number | null;
}

/**
 * Encodes an answer: the outputs asked for, in the order they were asked for, each in the JSON or behind it. Floats in JSON read back to
 * exactly the same bits; NaN and infinities stand bare, as Triton writes them.
 * @throws ServingError `engine-failed` when the model gave less than its signature says, `invalid-input` for classes of an output that has none.
 */
export function encodeInfer(request: Pick<DecodedInfer, 'id' | 'outputs'>, response: Pick<InferResponse, 'outputs'>, manifest: Manifest): EncodedInfer {
  const outputs = request.outputs.map((output) => ({ name: output.name, binary: output.binary, value: valueOf(output, response, manifest) }));
  const writer = new ByteWriter(BYTES_AROUND + outputs.reduce((size, { value, binary }) => size + BYTES_PER_OUTPUT + (binary ? 0 : elementCount(value.shape) * BYTES_PER_ELEMENT), 0));
  writer.utf8(`{${request.id === undefined || request.id === '' ? '' : `"id":${JSON.stringify(request.id)},`}"model_name":${JSON.stringify(manifest.name)},"model_version":"${manifest.version}","outputs":[`);
  const binaries: Uint8Array[] = [];
  outputs.forEach(({ name, binary, value }, index) => {
    if (index > 0) writer.byte(COMMA);
    writer.utf8(`{"name":${JSON.stringify(name)},"datatype":"${DATATYPES[value.dtype].wire}","shape":[${value.shape.join(',')}],`);
    if (binary) binaries.push(writeBinary(writer, value));
    else writeJson(writer, value);
    writer.byte(CLOSE_OBJECT);
  });
  writer.byte(CLOSE_LIST);
  writer.byte(CLOSE_OBJECT);
  const json = writer.finish();
  return binaries.length === 0 ? { body: json, headerLength: null } : { body: Buffer.concat([json, ...binaries]), headerLength: json.byteLength };
}

function valueOf({ name, classes }: RequestedOutput, { outputs }: Pick<InferResponse, 'outputs'>, { labels }: Manifest): Tensor {
  const output = outputs.get(name);
  if (output === undefined) throw new ServingError('engine-failed', `The model gave no output "${name}", which its signature promises.`);
  return classes > 0 ? classify(output, classes, labels) : output;
}

function writeJson(writer: ByteWriter, value: Tensor): void {
  writer.ascii('"data":[');
  writeData(writer, value);
  writer.byte(CLOSE_LIST);
}

/** Writes how many bytes come behind the JSON, and returns them: a view of the output, except of BYTES. */
function writeBinary(writer: ByteWriter, value: Tensor): Uint8Array {
  const bytes = value.dtype === 'string' ? writeByteStrings(value.data as readonly Uint8Array[]) : viewBytes(numericData(value));
  writer.ascii(`"parameters":{"binary_data_size":${bytes.byteLength}}`);
  return bytes;
}
