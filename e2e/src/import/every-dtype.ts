import { fileURLToPath } from 'node:url';
import { DTYPES, type Dtype } from '@switchyard/tensor';

/** An ONNX file with, for each dtype, an input `<dtype>_in` and an output `<dtype>_out` of the same two columns. */
export const EVERY_DTYPE_MODEL = fileURLToPath(new URL('../../../libs/engine-onnx/fixtures/echo/model.onnx', import.meta.url));

const DEADLINE_MS = 60_000;
const HEADER_LENGTH = 'inference-header-content-length';

interface WireRow {
  /** The Open Inference Protocol's name for the dtype. */
  readonly datatype: string;
  readonly bytes: Buffer;
}

/** A row of each dtype, at the edges of its range, as its bytes: JSON has no form for some. */
export const EDGE_ROWS: Readonly<Record<Dtype, WireRow>> = {
  float16: wireRow('FP16', Uint16Array.of(0x3c00, 0x0001)),
  float32: wireRow('FP32', Float32Array.of(-1.5, 3.4e38)),
  float64: wireRow('FP64', Float64Array.of(Math.PI, -1e300)),
  int8: wireRow('INT8', Int8Array.of(-128, 127)),
  int16: wireRow('INT16', Int16Array.of(-32_768, 32_767)),
  int32: wireRow('INT32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1)),
  int64: wireRow('INT64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)),
  uint8: wireRow('UINT8', Uint8Array.of(0, 255)),
  uint16: wireRow('UINT16', Uint16Array.of(0, 65_535)),
  uint32: wireRow('UINT32', Uint32Array.of(0, 2 ** 32 - 1)),
  uint64: wireRow('UINT64', BigUint64Array.of(0n, 2n ** 64n - 1n)),
  bool: wireRow('BOOL', Uint8Array.of(1, 0)),
  string: wireRow('BYTES', Buffer.concat(['zwölf', ''].flatMap((text) => [wireBytes(Uint32Array.of(Buffer.byteLength(text))), Buffer.from(text)]))),
};

/** Asks the model for the edge rows, in binary. @returns the rows that came back, by dtype. @throws Error when it does not answer */
export async function echoEdgeRows(httpUrl: string, model: string): Promise<Record<string, WireRow>> {
  const inputs = DTYPES.map((dtype) => ({ name: `${dtype}_in`, datatype: EDGE_ROWS[dtype].datatype, shape: [1, 2], parameters: { binary_data_size: EDGE_ROWS[dtype].bytes.byteLength } }));
  const header = Buffer.from(JSON.stringify({ parameters: { binary_data_output: true }, inputs }));
  const response = await fetch(`${httpUrl}/v2/models/${model}/infer`, {
    method: 'POST', body: Buffer.concat([header, ...DTYPES.map((dtype) => EDGE_ROWS[dtype].bytes)]), signal: AbortSignal.timeout(DEADLINE_MS),
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(header.byteLength) },
  });
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`The model answered ${response.status}: ${body.toString()}`);
  return rowsOf(body, Number(response.headers.get(HEADER_LENGTH)));
}

interface WireOutput {
  readonly name: string;
  readonly datatype: string;
  readonly parameters: { readonly binary_data_size: number };
}

function rowsOf(body: Buffer, headerLength: number): Record<string, WireRow> {
  const { outputs } = JSON.parse(body.toString('utf8', 0, headerLength)) as { outputs: readonly WireOutput[] };
  let position = headerLength;
  return Object.fromEntries(outputs.map(({ name, datatype, parameters: { binary_data_size: size } }) => {
    const bytes = body.subarray(position, (position += size));
    return [name.replace(/_out$/, ''), { datatype, bytes }];
  }));
}

function wireRow(datatype: string, values: ArrayBufferView): WireRow {
  return { datatype, bytes: wireBytes(values) };
}

function wireBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
