import protobuf from 'protobufjs/minimal.js';

/** Writes values onto the wire; `finish` makes one Buffer, into which every value is copied once. */
export type WireWriter = protobuf.Writer;

export function createWriter(): WireWriter {
  return protobuf.Writer.create();
}
