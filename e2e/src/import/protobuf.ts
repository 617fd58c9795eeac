/** The least of Protocol Buffers that a test needs to write a model file byte by byte: fields of varints, bytes and messages. */
export type Field = readonly [number: number, value: number | string | Uint8Array];

const VARINT = 0;
const BYTES = 2;

export function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.map(([number, value]) => (typeof value === 'number' ? Buffer.concat([varint((number << 3) | VARINT), varint(value)]) : bytesField(number, value))));
}

function bytesField(number: number, value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | BYTES), varint(bytes.byteLength), bytes]);
}

/** Non-negative numbers, also beyond 32 bits. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
