import { fileURLToPath } from 'node:url';
import { freePorts, serviceEntry, startService, type ServiceName, type ServiceProcess, type Stack } from '@switchyard/local-stack';

/** The repository: this file is e2e/{src,dist}/failures/extra-service. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface ExtraService extends ServiceProcess {
  /** Of an api: where clients of TF Serving find it. */
  readonly tfServingUrl: string;
  /** Of an api: where clients of gRPC find it. */
  readonly grpcTarget: string;
}

/** One more process of a service beside those of a running stack, as a second machine would run it; nobody starts it again. */
export async function startExtraService(backends: Pick<Stack, 'redisUrl' | 'objectStoreUrl'>, service: ServiceName): Promise<ExtraService> {
  const started = await launchService(backends, service);
  await started.ready();
  return started;
}

/** Starts a service and does not wait for it. */
export async function launchService({ redisUrl, objectStoreUrl }: Pick<Stack, 'redisUrl' | 'objectStoreUrl'>, service: ServiceName): Promise<ExtraService> {
  const [port = 0, tfServingPort = 0, grpcPort = 0] = await freePorts(3);
  const env = {
    REDIS_URL: redisUrl, OBJECT_STORE_URL: objectStoreUrl, LOG_LEVEL: 'warn', PIPELINES_DIRECTORY: `${ROOT}pipelines`,
    HTTP_PORT: String(port), TF_SERVING_PORT: String(tfServingPort), GRPC_PORT: String(grpcPort), OPS_PORT: String(port),
  };
  const started = startService({ name: `extra ${service}`, entry: serviceEntry(ROOT, service), env, opsPort: port });
  return Object.assign(started, { tfServingUrl: `http://127.0.0.1:${tfServingPort}`, grpcTarget: `127.0.0.1:${grpcPort}` });
}
