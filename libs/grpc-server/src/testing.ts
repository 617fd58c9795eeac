import protobuf from 'protobufjs';

/** Messages as the other side of our own codecs writes and reads them. Types are named with their package. */
export interface TestMessages {
  readonly encode: (type: string, message: object) => Buffer;
  /** 64-bit integers as text, enums by name. */
  readonly decode: (type: string, bytes: Uint8Array) => unknown;
}

/** Messages of .proto files by protobufjs, for the specs of what reads and writes them by hand. */
export function testMessages({ directory, files }: { readonly directory: string; readonly files: readonly string[] }): TestMessages {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => (target.startsWith('google/') ? target : `${directory}/${target}`);
  root.loadSync([...files], { keepCase: true });
  return {
    encode(type, message) {
      const of = root.lookupType(type);
      return Buffer.from(of.encode(of.fromObject(message)).finish());
    },
    decode(type, bytes) {
      const of = root.lookupType(type);
      return of.toObject(of.decode(bytes), { longs: String, enums: String, bytes: Array });
    },
  };
}
