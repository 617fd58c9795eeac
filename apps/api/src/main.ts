import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Lifetime, createLogger, loadConfig, runMain, startService } from '@switchyard/service-runtime';
import { apiConfigSchema } from './api.config.js';
import { ApiModule } from './api.module.js';
import { REQUEST_METRICS } from './api.tokens.js';
import { registerBodyParsers } from './http/body-parsers.js';
import { serveOpenApi } from './http/openapi.js';
import { requestIdOf } from './http/request-id.js';
import { listenAlsoOn } from './http/second-port.js';
import { observeRequests } from './http/served-request.js';

const NAME = 'api';
const config = loadConfig(apiConfigSchema);
const logger = createLogger(NAME, config.LOG_LEVEL);

async function configure(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  await registerBodyParsers(fastify, config.MAX_UPLOAD_SIZE);
  observeRequests(fastify, app.get(REQUEST_METRICS));
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  serveOpenApi(app);
  await app.init();
  if (config.TF_SERVING_PORT !== 0) app.get(Lifetime, { strict: false }).own(await listenAlsoOn(fastify, config.TF_SERVING_PORT, config.HOST));
}

runMain(
  () =>
    startService({
      name: NAME,
      module: ApiModule.register({ name: NAME, config, logger }),
      config,
      logger,
      port: config.HTTP_PORT,
      adapter: new FastifyAdapter({
        bodyLimit: config.MAX_UPLOAD_SIZE,
        genReqId: (request: IncomingMessage) => requestIdOf(request.headers),
        routerOptions: { maxParamLength: 300 },
      }),
      configure,
    }),
  logger,
);
