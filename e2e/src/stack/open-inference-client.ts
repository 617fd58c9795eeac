/** A tensor to send. */
export interface SentTensor {
  readonly name: string;
  readonly datatype: 'FP32';
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface InferForm {
  readonly binaryInput?: boolean;
  readonly binaryOutput?: boolean;
  readonly id?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly object[];
}

export interface Inference {
  readonly status: number;
  readonly id?: string;
  readonly error?: string;
  /** FP32 outputs as float32 whatever their form; others as they stand in the JSON. */
  readonly outputs: readonly { readonly name: string; readonly datatype: string; readonly shape: readonly number[]; readonly data: Float32Array | readonly unknown[] }[];
}

interface WireOutput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data?: readonly unknown[];
  readonly parameters?: { readonly binary_data_size?: number };
}

const DEADLINE_MS = 60_000;
const HEADER_LENGTH = 'inference-header-content-length';

/** One call of the Open Inference Protocol, written by hand from its specification: JSON or binary tensors, in either direction. */
export async function infer(url: string, inputs: readonly SentTensor[], form: InferForm): Promise<Inference> {
  const { binaryInput = false, binaryOutput = false, id, parameters = {}, outputs } = form;
  const header = JSON.stringify({
    id,
    parameters: { ...parameters, ...(binaryOutput ? { binary_data_output: true } : {}) },
    inputs: inputs.map(({ name, datatype, shape, data }) => ({ name, datatype, shape, ...(binaryInput ? { parameters: { binary_data_size: data.byteLength } } : { data: [...data] }) })),
    outputs,
  });
  const tensors = binaryInput ? inputs.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)) : [];
  const response = await fetch(url, {
    method: 'POST', body: Buffer.concat([Buffer.from(header), ...tensors]), signal: AbortSignal.timeout(DEADLINE_MS),
    headers: { 'content-type': binaryInput ? 'application/octet-stream' : 'application/json', ...(binaryInput ? { [HEADER_LENGTH]: String(Buffer.byteLength(header)) } : {}) },
  });
  return readAnswer(response);
}

async function readAnswer(response: Response): Promise<Inference> {
  const bytes = Buffer.from(await response.arrayBuffer());
  let position = Number(response.headers.get(HEADER_LENGTH) ?? bytes.byteLength);
  const { outputs = [], ...rest } = JSON.parse(bytes.toString('utf8', 0, position)) as { id?: string; error?: string; outputs?: WireOutput[] };
  const read = outputs.map(({ name, datatype, shape, data, parameters }) => {
    const size = parameters?.binary_data_size;
    if (size === undefined) return { name, datatype, shape, data: datatype === 'FP32' ? Float32Array.from(data as number[]) : data! };
    position += size;
    return { name, datatype, shape, data: new Float32Array(Uint8Array.from(bytes.subarray(position - size, position)).buffer) };
  });
  return { status: response.status, ...rest, outputs: read };
}
