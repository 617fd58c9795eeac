import { once } from 'node:events';
import { Metadata, credentials, Client, type ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/** What of the reflection protocol a lister needs (https://github.com/grpc/grpc/blob/master/doc/server-reflection.md). */
const REFLECTION = {
  nested: {
    Request: { oneofs: { kind: { oneof: ['file_containing_symbol', 'list_services'] } }, fields: { file_containing_symbol: { type: 'string', id: 4 }, list_services: { type: 'string', id: 7 } } },
    Files: { fields: { file_descriptor_proto: { rule: 'repeated', type: 'bytes', id: 1 } } },
    Service: { fields: { name: { type: 'string', id: 1 } } },
    Services: { fields: { service: { rule: 'repeated', type: 'Service', id: 1 } } },
    Answer: { fields: { files: { type: 'Files', id: 4 }, services: { type: 'Services', id: 6 } } },
    ServerReflection: { methods: { ServerReflectionInfo: { requestType: 'Request', requestStream: true, responseType: 'Answer', responseStream: true, comment: '' } } },
  },
};

interface Answer {
  readonly files?: { readonly file_descriptor_proto: readonly Buffer[] };
  readonly services?: { readonly service: readonly { readonly name: string }[] };
}

/** Asks a server by reflection, as grpcurl does. @param version of the reflection service */
export async function reflect(target: string, version: 'v1' | 'v1alpha', request: { readonly list_services: string } | { readonly file_containing_symbol: string }): Promise<Answer> {
  const method = (fromJSON(REFLECTION, { keepCase: true })['ServerReflection'] as ServiceDefinition)['ServerReflectionInfo']!;
  const client = new Client(target, credentials.createInsecure());
  const stream = client.makeBidiStreamRequest(
    `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`, method.requestSerialize as never, method.responseDeserialize as never, new Metadata(), { deadline: Date.now() + 5_000 },
  );
  try {
    stream.write(request as never);
    const [answer] = (await once(stream, 'data')) as [Answer];
    stream.end();
    return answer;
  } finally {
    client.close();
  }
}
