import type { FastifyInstance } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Lifetime, createLogger, loadConfig, runMain, startService } from '@switchyard/service-runtime';
import { apiConfigSchema } from './api.config.js';
import { ApiModule } from './api.module.js';
import { REQUEST_METRICS } from './api.tokens.js';
import { startGrpc } from './grpc/start-grpc.js';
import { registerBodyParsers } from './http/body-parsers.js';
import { allowCors } from './http/cors.js';
import { createHttpAdapter } from './http/http-adapter.js';
import type { HttpLimits } from './http/http-server.js';
import { serveOpenApi } from './http/openapi.js';
import { serveRedoc } from './http/redoc.js';
import { refuseCrossOrigin } from './http/refuse-cross-origin.js';
import { rememberRouteMethods } from './http/route-methods.js';
import { listenAlsoOn } from './http/second-port.js';
import { observeRequests } from './http/served-request.js';
import { sendShortRepliesAsText } from './http/short-replies.js';
import { serveSwaggerUi } from './http/swagger-ui.js';

const NAME = 'api';
const config = loadConfig(apiConfigSchema);
const logger = createLogger(NAME, config.LOG_LEVEL);
const limits: HttpLimits = { receiveTimeoutMs: config.RECEIVE_TIMEOUT_MS, maxConnections: config.MAX_CONNECTIONS };

async function configure(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  rememberRouteMethods(fastify);
  await registerBodyParsers(fastify, config.MAX_UPLOAD_SIZE);
  observeRequests(fastify, app.get(REQUEST_METRICS));
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  sendShortRepliesAsText(fastify);
  refuseCrossOrigin(fastify, config.CORS_ALLOW_ORIGIN);
  allowCors(fastify, config.CORS_ALLOW_ORIGIN);
  serveOpenApi(app);
  await serveSwaggerUi(fastify);
  await serveRedoc(fastify);
  await app.init();
  const lifetime = app.get(Lifetime, { strict: false });
  if (config.TF_SERVING_PORT !== 0) lifetime.own(await listenAlsoOn(fastify, { port: config.TF_SERVING_PORT, host: config.HOST, ...limits }));
  if (config.GRPC_PORT !== 0) lifetime.own(await startGrpc(app, { config, logger }));
}

runMain(
  () =>
    startService({
      name: NAME,
      module: ApiModule.register({ name: NAME, config, logger }),
      config,
      logger,
      port: config.HTTP_PORT,
      adapter: createHttpAdapter({ config, limits, logger }),
      configure,
    }),
  logger,
);
