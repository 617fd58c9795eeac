import { toRawBytes } from './raw-data.js';
import { SwitchyardError } from './switchyard-error.js';
import { datatypeOf, elementCount, type TensorInput } from './tensor.js';

export type Priority = 'interactive' | 'normal' | 'bulk';
/** The protocol counts them: 1 goes first. */
const PRIORITY: Readonly<Record<Priority, number>> = { interactive: 1, normal: 2, bulk: 3 };

export interface InferParameters {
  /** Outputs that are wanted; all of them by default. */
  readonly outputs?: readonly string[];
  readonly timeoutMs?: number;
  readonly priority?: Priority;
}

export interface EncodedInfer {
  readonly body: Uint8Array;
  /** Bytes of JSON at the start of the body. */
  readonly headerLength: number;
}

/**
 * A request of the Open Inference Protocol with its tensors as raw bytes behind the JSON, asking for outputs of the same kind:
 * https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 * @throws SwitchyardError `invalid-input` when data and shape do not fit
 */
export function encodeInfer(tensors: Readonly<Record<string, TensorInput>>, { outputs, timeoutMs, priority }: InferParameters = {}): EncodedInfer {
  const parts: Uint8Array[] = [];
  const inputs = Object.entries(tensors).map(([name, tensor]) => {
    const raw = rawBytes(name, tensor);
    parts.push(raw);
    return { name, shape: tensor.shape, datatype: datatypeOf(name, tensor), parameters: { binary_data_size: raw.byteLength } };
  });
  const parameters = {
    binary_data_output: true,
    ...(timeoutMs !== undefined && { timeout: Math.ceil(timeoutMs * 1_000) }),
    ...(priority !== undefined && { priority: PRIORITY[priority] }),
  };
  const wanted = outputs === undefined ? {} : { outputs: outputs.map((name) => ({ name })) };
  const header = new TextEncoder().encode(JSON.stringify({ parameters, inputs, ...wanted }));
  return { body: joined([header, ...parts]), headerLength: header.byteLength };
}

function rawBytes(name: string, { shape, data }: TensorInput): Uint8Array {
  if (data.length !== elementCount(shape)) {
    throw new SwitchyardError('invalid-input', `Tensor "${name}" has ${data.length} elements; its shape [${shape.join()}] has room for ${elementCount(shape)}.`);
  }
  return toRawBytes(data);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
