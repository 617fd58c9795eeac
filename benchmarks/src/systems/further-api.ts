import { freePorts, serviceEntry, startService, type ServiceProcess, type Stack } from '@switchyard/local-stack';
import { REPOSITORY } from './bench-stack.js';

/** One more api process beside that of a stack. */
export interface FurtherApi {
  readonly process: ServiceProcess;
  readonly httpUrl: string;
  readonly grpcTarget: string;
}

/** Starts it with the settings the stack's own has. @throws ServingError when it is not ready in time; nothing is left running */
export async function startFurtherApi({ redisUrl, objectStoreUrl }: Pick<Stack, 'redisUrl' | 'objectStoreUrl'>, name: string): Promise<FurtherApi> {
  const [http = 0, tfServing = 0, grpc = 0] = await freePorts(3);
  const env = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    REDIS_URL: redisUrl,
    OBJECT_STORE_URL: objectStoreUrl,
    HTTP_PORT: String(http),
    TF_SERVING_PORT: String(tfServing),
    GRPC_PORT: String(grpc),
  };
  const api = startService({ name, entry: serviceEntry(REPOSITORY, 'api'), env, opsPort: http });
  try {
    await api.ready();
    return { process: api, httpUrl: `http://127.0.0.1:${http}`, grpcTarget: `127.0.0.1:${grpc}` };
  } catch (error) {
    await api.kill();
    throw error;
  }
}
