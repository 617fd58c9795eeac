import { parseJsonText } from './json-text.js';
import { fromRawBytes } from './raw-data.js';
import { SwitchyardError } from './switchyard-error.js';
import { ARRAY_OF, DATATYPES, type Datatype, type Tensor } from './tensor.js';

/** The answer to tensors. */
export interface Inference {
  readonly model: string;
  /** The version that answered. */
  readonly version: string | null;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

interface AnswerHeader {
  readonly model_name: string;
  readonly model_version?: string;
  readonly outputs: readonly { readonly name: string; readonly datatype: string; readonly shape: readonly number[]; readonly parameters?: { readonly binary_data_size?: number }; readonly data?: unknown }[];
}

/**
 * Reads an answer whose tensors stand behind its JSON, in its order; outputs written as JSON are read as well.
 * @param headerLength bytes of JSON; null when the whole body is
 * @throws SwitchyardError `unexpected-answer`
 */
export function decodeInfer(bytes: Uint8Array, headerLength: number | null): Inference {
  const jsonBytes = headerLength ?? bytes.byteLength;
  const { model_name: model, model_version: version = null, outputs } = parseJsonText(new TextDecoder().decode(bytes.subarray(0, jsonBytes))) as AnswerHeader;
  let at = jsonBytes;
  const tensors = outputs.map(({ name, datatype: given, shape, parameters, data }) => {
    const datatype = asDatatype(name, given);
    const size = parameters?.binary_data_size;
    if (size === undefined) return [name, { datatype, shape, data: fromList(data, datatype) }] as const;
    const raw = bytes.subarray(at, at + size);
    at += size;
    return [name, { datatype, shape, data: fromRawBytes(raw, datatype, shape) }] as const;
  });
  if (at !== bytes.byteLength) throw new SwitchyardError('unexpected-answer', `The server sent ${bytes.byteLength} bytes; its JSON tells of ${at}.`);
  return { model, version, tensors: Object.fromEntries(tensors) };
}

function asDatatype(name: string, datatype: string): Datatype {
  if ((DATATYPES as readonly string[]).includes(datatype)) return datatype as Datatype;
  throw new SwitchyardError('unexpected-answer', `The server sent tensor "${name}" as ${datatype}, which is no datatype of the protocol.`);
}

function fromList(data: unknown, datatype: Datatype): Tensor['data'] {
  const flat = (Array.isArray(data) ? data.flat(Infinity) : [data]) as (number | string | boolean)[];
  if (datatype === 'BYTES') return flat.map((text) => new TextEncoder().encode(String(text)));
  const NumericArray = ARRAY_OF[datatype];
  const array = new NumericArray(flat.length);
  const isBig = array instanceof BigInt64Array || array instanceof BigUint64Array;
  flat.forEach((value, index) => ((array as unknown as (number | bigint)[])[index] = isBig ? BigInt(value) : Number(value)));
  return array;
}
