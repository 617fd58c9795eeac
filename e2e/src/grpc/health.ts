import { Client, Metadata, credentials, type ServiceDefinition, type ServiceError } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/** The protocol of health checks, but for watching (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). */
const HEALTH = {
  nested: {
    Request: { fields: { service: { type: 'string', id: 1 } } },
    ServingStatus: { values: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } },
    Answer: { fields: { status: { type: 'ServingStatus', id: 1 } } },
    Health: { methods: { Check: { requestType: 'Request', requestStream: false, responseType: 'Answer', responseStream: false, comment: '' } } },
  },
};

/**
 * Asks a server how a service of it is, as the probes of Kubernetes do.
 * @param service empty for the server as a whole
 * @throws ServiceError `NOT_FOUND` for a service it has not
 */
export async function healthOf(target: string, service: string): Promise<string> {
  const { requestSerialize, responseDeserialize } = (fromJSON(HEALTH, { enums: String, defaults: true })['Health'] as ServiceDefinition)['Check']!;
  const client = new Client(target, credentials.createInsecure());
  const answered = new Promise<{ readonly status: string }>((resolve, reject) => {
    const settle = (error: ServiceError | null, answer?: { readonly status: string }): void => (error === null ? resolve(answer!) : reject(error));
    client.makeUnaryRequest('/grpc.health.v1.Health/Check', requestSerialize as never, responseDeserialize as never, { service }, new Metadata(), { deadline: Date.now() + 5_000 }, settle as never);
  });
  return (await answered.finally(() => client.close())).status;
}
