import { Metadata, credentials, makeClientConstructor, type CallOptions, type Client, type ClientDuplexStream, type ServiceDefinition, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';

const folder = (library: string): string => fileURLToPath(new URL(`../../../libs/${library}/proto`, import.meta.url));

/** Our .proto files, as a client would load them. */
const definitions = loadSync(['tensorflow/serving.proto', 'inference/service.proto'], {
  includeDirs: [folder('protocol-tf-serving-grpc'), folder('protocol-open-inference-grpc')], keepCase: true, longs: String, enums: String, oneofs: true,
});

const DEADLINE_MS = 20_000;

/** An answer as a plain object: names as in the .proto files, 64-bit integers as text. */
export type Message = Record<string, never> & { readonly [name: string]: never };

/** A client of every gRPC service, on one connection. */
export interface GrpcClient {
  /** @param path `tensorflow.serving.PredictionService/Predict` @throws ServiceError */
  call<Answer>(path: string, request: object, options?: CallOptions & { readonly signal?: AbortSignal }): Promise<Answer>;
  /** The same with bytes as the message, right or wrong. */
  send(path: string, message: Uint8Array): Promise<Buffer>;
  stream(path: string): ClientDuplexStream<object, never>;
  close(): void;
}

/** @param target `127.0.0.1:8500` @param options of grpc-js */
export function connectGrpc(target: string, options: object = {}): GrpcClient {
  const clients = new Map<string, Client>();
  const clientOf = (service: string, definition: ServiceDefinition): Client => {
    const known = clients.get(service);
    if (known !== undefined) return known;
    const client = new (makeClientConstructor(definition, service))(target, credentials.createInsecure(), { 'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1, ...options });
    clients.set(service, client);
    return client;
  };
  const methodOf = (path: string) => {
    const [service = '', name = ''] = path.split('/');
    const definition = definitions[service] as ServiceDefinition;
    return { client: clientOf(service, definition), method: definition[name]! };
  };
  const unary = <Answer>(path: string, message: unknown, { raw, options: own = {} }: { raw: boolean; options?: CallOptions & { readonly signal?: AbortSignal } }): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { client, method } = methodOf(path);
      const same = (bytes: Buffer): Buffer => bytes;
      const { signal, ...callOptions } = own;
      const settle = (error: ServiceError | null, answer?: unknown): void => (error === null ? resolve(answer as Answer) : reject(error));
      const call = client.makeUnaryRequest(
        method.path, (raw ? same : method.requestSerialize) as never, (raw ? same : method.responseDeserialize) as never, message as never, new Metadata(),
        { deadline: Date.now() + DEADLINE_MS, ...callOptions }, settle as never,
      );
      signal?.addEventListener('abort', () => call.cancel(), { once: true });
    });
  return {
    call: (path, request, own) => unary(path, request, own === undefined ? { raw: false } : { raw: false, options: own }),
    send: (path, message) => unary(path, message, { raw: true }),
    stream(path) {
      const { client, method } = methodOf(path);
      return client.makeBidiStreamRequest(method.path, method.requestSerialize as never, method.responseDeserialize as never, new Metadata(), { deadline: Date.now() + DEADLINE_MS });
    },
    close: () => clients.forEach((client) => client.close()),
  };
}

/** The bytes of a request, to be changed before they are sent. */
export function encodeRequest(path: string, request: object): Buffer {
  const [service = '', name = ''] = path.split('/');
  return (definitions[service] as ServiceDefinition)[name]!.requestSerialize(request);
}
