import protobuf from 'protobufjs/minimal.js';
import { ServingError } from '@switchyard/errors';

/** Reads values off the wire; the position is its state. */
export type WireReader = protobuf.Reader;

/** Reads the value of the field with `tag` and answers true, or leaves it alone and answers false: then it is skipped, as unknown fields are. */
export type ReadField = (tag: number, reader: WireReader) => boolean;

/**
 * Reads a whole message field by field, for the messages whose cost counts: nothing is copied and no object is built that the caller does
 * not ask for.
 * @param name what the message is called, as `tensorflow.serving.PredictRequest`
 * @throws ServingError `invalid-input` for bytes that are no such message, or what `readField` throws.
 */
export function decodeMessage(name: string, bytes: Buffer, readField: ReadField): void {
  try {
    readFields(protobuf.Reader.create(bytes), readField);
  } catch (error) {
    if (error instanceof ServingError) throw error;
    throw new ServingError('invalid-input', `The ${bytes.byteLength} bytes received cannot be read as a ${name} message: ${(error as Error).message}.`, { cause: error });
  }
}

/** Reads the message that is the value of the current field. Its fields may not reach beyond it. */
export function readNested(reader: WireReader, readField: ReadField): void {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError(`a field of ${length} bytes ends beyond its message`);
  const outerEnd = reader.len;
  reader.len = end;
  readFields(reader, readField);
  reader.len = outerEnd;
}

/**
 * Reads an entry of a `map<string, V>`; `readValue` is called with the reader at V and the key as far as it is known (it stands first, as
 * every writer has it), or not at all when V is left out. Returns the key.
 */
export function readMapEntry(reader: WireReader, valueTag: number, readValue: (reader: WireReader, key: string) => void): string {
  let key = '';
  readNested(reader, (tag) => {
    if (tag === KEY) key = readText(reader);
    else if (tag === valueTag) readValue(reader, key);
    else return false;
    return true;
  });
  return key;
}

/** A string field. @throws Error unless it is UTF-8. */
export function readText(reader: WireReader): string {
  const bytes = reader.bytes() as Buffer;
  return isPlainAscii(bytes) ? bytes.toString('latin1') : UTF8.decode(bytes);
}

/** Names are ASCII nearly always, and a TextDecoder costs a microsecond. */
function isPlainAscii(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) if (bytes[index]! > 0x7f) return false;
  return true;
}

const KEY = 10;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readFields(reader: WireReader, readField: ReadField): void {
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === 0) throw new RangeError('a field has the number 0');
    if (!readField(tag, reader)) reader.skipType(tag & 7);
  }
  if (reader.pos > reader.len) throw new RangeError('a field ends beyond its message');
}
