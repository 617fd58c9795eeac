import type { InjectionToken } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { GrpcServer } from '@switchyard/grpc-server';
import { ModelStatistics } from '@switchyard/inference';
import { Readiness, type Logger } from '@switchyard/service-runtime';
import type { ApiConfig } from '../api.config.js';
import { CATALOG, REGISTRY_COMMANDS, REQUEST_METRICS, TF_SERVING_METRICS, WORKERS } from '../api.tokens.js';
import { ModelRepository } from '../open-inference/model-repository.js';
import { Predictions } from '../predictions/predictions.js';
import { ApiDescription } from '../system/api-description.js';
import { ServableStates } from '../tf-serving/servable-states.js';
import { serveGrpc } from './serve-grpc.js';

/** Serves gRPC with the parts of the application. It begins to drain together with the HTTP server; whoever owns it waits for its end. */
export async function startGrpc(app: NestFastifyApplication, { config, logger }: { readonly config: ApiConfig; readonly logger: Logger }): Promise<GrpcServer> {
  const part = <T>(token: InjectionToken): T => app.get<T>(token, { strict: false });
  const server = await serveGrpc({
    config, logger, predictions: part(Predictions), catalog: part(CATALOG), workers: part(WORKERS), registry: part(REGISTRY_COMMANDS), metrics: part(REQUEST_METRICS),
    tfServingMetrics: part(TF_SERVING_METRICS), readiness: part(Readiness), repository: part(ModelRepository), statistics: part(ModelStatistics),
    states: part(ServableStates), version: part<ApiDescription>(ApiDescription).info.version,
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('preClose', (done) => {
    void server.close();
    done();
  });
  return server;
}
