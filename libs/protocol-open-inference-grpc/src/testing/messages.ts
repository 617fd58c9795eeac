import protobuf from 'protobufjs';
import { OPEN_INFERENCE_PROTOS } from '../proto-files.js';

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => (target.startsWith('google/') ? target : `${OPEN_INFERENCE_PROTOS.directory}/${target}`);
root.loadSync([...OPEN_INFERENCE_PROTOS.files], { keepCase: true });

/** A message as protobufjs writes it from our .proto files: the other side of our own codecs. @param type with its package */
export function encode(type: string, message: object): Buffer {
  const of = root.lookupType(type);
  return Buffer.from(of.encode(of.fromObject(message)).finish());
}

/** A message as protobufjs reads it: 64-bit integers as text, enums by name. */
export function decode(type: string, bytes: Uint8Array): unknown {
  const of = root.lookupType(type);
  return of.toObject(of.decode(bytes), { longs: String, enums: String, bytes: Array });
}
