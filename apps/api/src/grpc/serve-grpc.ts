import { loadProtos, startGrpcServer, httpEquivalent, type CallObserver, type GrpcServer } from '@switchyard/grpc-server';
import type { ModelStatistics, WorkerDirectory } from '@switchyard/inference';
import type { RequestMetrics, TfServingMetrics } from '@switchyard/metrics-prometheus';
import type { CatalogSource } from '@switchyard/model-registry';
import { OPEN_INFERENCE_PROTOS } from '@switchyard/protocol-open-inference-grpc';
import { TF_SERVING_PROTOS } from '@switchyard/protocol-tf-serving-grpc';
import type { RegistryCommands } from '@switchyard/queue-bullmq';
import type { Logger, Readiness } from '@switchyard/service-runtime';
import type { ApiConfig } from '../api.config.js';
import type { ModelRepository } from '../open-inference/model-repository.js';
import type { Predictions } from '../predictions/predictions.js';
import { countGrpcCall } from '../tf-serving/count-grpc-call.js';
import type { ServableStates } from '../tf-serving/servable-states.js';
import { inferenceService } from './inference-service.js';
import { modelService } from './model-service.js';
import { predictionService } from './prediction-service.js';

/** As metrics and logs call the services. */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['tensorflow.serving.PredictionService', 'tf-serving-grpc'],
  ['tensorflow.serving.ModelService', 'tf-serving-grpc'],
  ['inference.GRPCInferenceService', 'open-inference-grpc'],
]);

/** What the gRPC services are made of. */
export interface GrpcParts {
  readonly config: ApiConfig;
  readonly logger: Logger;
  readonly predictions: Predictions;
  readonly catalog: CatalogSource;
  readonly workers: WorkerDirectory;
  readonly registry: RegistryCommands;
  readonly repository: ModelRepository;
  readonly statistics: ModelStatistics;
  readonly states: ServableStates;
  readonly metrics: RequestMetrics;
  readonly tfServingMetrics: TfServingMetrics;
  readonly readiness: Readiness;
  /** Version of the server, as its documents state it. */
  readonly version: string;
}

/** Serves every gRPC protocol on GRPC_PORT. @throws Error when the port cannot be had. */
export function serveGrpc(parts: GrpcParts): Promise<GrpcServer> {
  const { config, readiness } = parts;
  const protos = loadProtos([...TF_SERVING_PROTOS.files, ...OPEN_INFERENCE_PROTOS.files], [TF_SERVING_PROTOS.directory, OPEN_INFERENCE_PROTOS.directory]);
  const isReady = async (): Promise<boolean> => [...(await readiness.run()).values()].every((problem) => problem === null);
  return startGrpcServer({
    host: config.HOST,
    port: config.GRPC_PORT,
    protos,
    services: [
      predictionService({ ...parts, protos }),
      modelService({ ...parts, protos }),
      inferenceService({ ...parts, protos, isReady, maxRows: config.MAX_ROWS_IN_HAND, logLevel: config.LOG_LEVEL }),
    ],
    limits: {
      maxMessageBytes: config.GRPC_MAX_MESSAGE_SIZE,
      maxConcurrentStreams: config.GRPC_MAX_CONCURRENT_STREAMS,
      maxConnections: config.MAX_CONNECTIONS,
      maxConnectionIdleMs: config.GRPC_MAX_CONNECTION_IDLE_MS,
      maxConnectionAgeMs: config.GRPC_MAX_CONNECTION_AGE_MS,
      maxConnectionAgeGraceMs: config.REQUEST_TIMEOUT_MS,
    },
    observer: observe(parts),
    isReady,
    drainTimeoutMs: config.DRAIN_TIMEOUT_MS,
  });
}

function observe({ metrics, tfServingMetrics, logger }: GrpcParts): CallObserver {
  return {
    answered(call) {
      metrics.answered({ protocol: PROTOCOLS.get(call.service) ?? 'grpc', model: call.model, code: httpEquivalent(call.status), durationMs: call.durationMs });
      countGrpcCall(tfServingMetrics, call);
    },
    failed: (error, call) => logger.error({ err: error, cause: error.cause, ...call }, 'grpc.call-failed'),
  };
}
