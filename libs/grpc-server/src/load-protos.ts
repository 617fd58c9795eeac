import { loadSync, type MessageTypeDefinition, type PackageDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { ServingError } from '@switchyard/errors';
import type { GrpcCall, UnaryMethod } from './grpc-service.js';

/** Messages that carry no tensors are small; read as objects they may take a hundred times their bytes. */
const MAX_PLAIN_MESSAGE_BYTES = 1024 * 1024;

const AS_OBJECTS = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true } as const;

/** The definitions in some .proto files, and their messages as plain objects for whoever need not count microseconds. */
export interface Protos {
  readonly definition: PackageDefinition;
  serviceNamed(name: string): ServiceDefinition;
  /** The bytes of a message given as a plain object. @param type with its package: `tensorflow.serving.SignatureDefMap` */
  encode(type: string, message: object): Buffer;
  /**
   * A method that takes and gives plain objects: names as in the .proto file, 64-bit integers as text, enums by name, defaults filled in.
   * @param path `tensorflow.serving.ModelService/GetModelStatus`
   */
  plainMethod<Request extends object>(path: string, answer: (request: Request, call: GrpcCall) => Promise<object> | object): UnaryMethod;
}

/** Reads .proto files; what they import is looked for in `directories`. @throws Error when a file is missing or wrong. */
export function loadProtos(files: readonly string[], directories: readonly string[]): Protos {
  const definition = loadSync([...files], { ...AS_OBJECTS, includeDirs: [...directories] });
  const serviceNamed = (name: string): ServiceDefinition => partNamed(definition, name) as ServiceDefinition;
  const messageNamed = (name: string) => partNamed(definition, name) as MessageTypeDefinition<object, object>;
  return {
    definition,
    serviceNamed,
    encode: (type, message) => messageNamed(type).serialize(message),
    plainMethod: (path, answer) => {
      const [service = '', name = ''] = path.split('/');
      const method = serviceNamed(service)[name];
      if (method === undefined) throw new ServingError('internal', `The .proto files define no method "${path}".`);
      return async (bytes, call) => method.responseSerialize(await answer(decodePlain(bytes, path, method.requestDeserialize) as never, call));
    },
  };
}

function partNamed(definition: PackageDefinition, name: string): PackageDefinition[string] {
  const part = definition[name];
  if (part === undefined) throw new ServingError('internal', `The .proto files define no "${name}".`);
  return part;
}

function decodePlain(bytes: Buffer, path: string, deserialize: (bytes: Buffer) => object): object {
  if (bytes.byteLength > MAX_PLAIN_MESSAGE_BYTES) {
    throw new ServingError('payload-too-large', `The request of ${path} has ${bytes.byteLength} bytes; at most ${MAX_PLAIN_MESSAGE_BYTES} are accepted.`);
  }
  try {
    return deserialize(bytes);
  } catch (error) {
    throw new ServingError('invalid-input', `The ${bytes.byteLength} bytes received are no request of ${path}: ${(error as Error).message}.`, { cause: error });
  }
}
