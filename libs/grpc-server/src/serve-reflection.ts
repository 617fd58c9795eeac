import { EventEmitter } from 'node:events';
import { Server, status, type ServerDuplexStream, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { reflectedDefinition } from './reflected-definition.js';

const METHOD = 'ServerReflectionInfo';
const PATHS = ['v1', 'v1alpha'].map((version) => `/grpc.reflection.${version}.ServerReflection/${METHOD}`);
const asIs = (bytes: Buffer): Buffer => bytes;

type ByteStream = ServerDuplexStream<Buffer, Buffer>;

/** A method of the reflection library, whose messages are objects. */
interface TypedMethod {
  readonly definition: ServiceDefinition[string];
  readonly answer: (stream: unknown) => void;
}

/**
 * Server reflection (v1 and v1alpha). What it shows is put together when somebody first asks: that takes a fifth of a second, which a
 * start should not have to wait for.
 */
export function serveReflection(server: Server, definition: PackageDefinition): void {
  let methods: ReadonlyMap<string, TypedMethod> | undefined;
  for (const path of PATHS) {
    const service = { [METHOD]: { path, requestStream: true, responseStream: true, requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs } };
    server.addService(service, { [METHOD]: (stream: ByteStream) => {
      methods ??= methodsOf(new ReflectionService(reflectedDefinition(definition)));
      answer(methods.get(path) as TypedMethod, stream);
    } });
  }
}

/** The library hands its methods to a server only: here is one that takes them. */
function methodsOf(reflection: ReflectionService): ReadonlyMap<string, TypedMethod> {
  const methods = new Map<string, TypedMethod>();
  class Recorder extends Server {
    override addService(service: ServiceDefinition, implementation: UntypedServiceImplementation): void {
      const definition = service[METHOD];
      if (definition !== undefined) methods.set(definition.path, { definition, answer: implementation[METHOD] as unknown as TypedMethod['answer'] });
    }
  }
  reflection.addToServer(new Recorder({ 'grpc.enable_channelz': 0 }));
  return methods;
}

function answer({ definition, answer: begin }: TypedMethod, stream: ByteStream): void {
  const typed = Object.assign(new EventEmitter(), {
    write: (message: unknown) => stream.write(definition.responseSerialize(message)),
    end: () => stream.end(),
  });
  begin(typed);
  stream.on('data', (bytes: Buffer) => {
    try {
      typed.emit('data', definition.requestDeserialize(bytes));
    } catch (error) {
      stream.emit('error', { code: status.INVALID_ARGUMENT, details: `The ${bytes.byteLength} bytes received are no request of ${METHOD}: ${(error as Error).message}.` });
    }
  });
  stream.on('end', () => typed.emit('end'));
}
