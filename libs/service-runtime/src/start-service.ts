import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { Type, DynamicModule } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Redis } from 'ioredis';
import { collectDefaultMetrics, register } from 'prom-client';
import { collectLessOften } from './collect-less-often.js';
import { logWhatIsPrinted, nestLogger, type Logger } from './logging.js';
import { watchForOutage } from './lasting-outage.js';
import { Readiness } from './readiness.js';
import type { ServiceConfig } from './service.config.js';
import { REDIS } from './tokens.js';

/** A little more than callers wait for Redis (two seconds), so that they are told before the process ends. */
const REDIS_GRACE_MS = 3_000;

export interface ServiceOptions {
  readonly name: string;
  readonly module: Type | DynamicModule;
  readonly config: ServiceConfig;
  readonly logger: Logger;
  readonly port: number;
  readonly adapter?: FastifyAdapter;
  /** Called before the service listens: parsers, documents, further ports. */
  readonly configure?: (app: NestFastifyApplication) => Promise<void> | void;
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  /** Drains and stops; idempotent. */
  close(): Promise<void>;
}

/** Starts a Nest service on Fastify, and ends it in order on SIGTERM or SIGINT: not ready, drain, close, exit. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { name, config, logger } = options;
  collectLessOften();
  collectDefaultMetrics({ register });
  register.setDefaultLabels({ service: name });
  const adapter = options.adapter ?? new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(options.module as Type, adapter, { logger: nestLogger(logger), abortOnError: false, bodyParser: false });
  endConnectionsWhileDraining(app);
  await options.configure?.(app);
  const running = { app, close: once(() => drain(app, logger)) };
  exitOnSignal(running, config.DRAIN_TIMEOUT_MS, logger);
  await app.listen(options.port, config.HOST);
  logger.info({ host: config.HOST, port: options.port }, 'service.listening');
  return running;
}

/** Clients keep their connections; one that was busy when the drain began would hold the server open for as long as it may stay idle. */
function endConnectionsWhileDraining(app: NestFastifyApplication): void {
  const readiness = app.get(Readiness, { strict: false });
  app.getHttpAdapter().getInstance().addHook('onSend', (_request, reply, _payload, done) => {
    if (readiness.isDraining) void reply.header('connection', 'close');
    done();
  });
}

/**
 * Without Redis nothing that is in hand can be handed back, and queues and workers wait for it before they close, without end.
 * What was in hand is found by its expired lock later, as after a crash; callers have been answered within the grace.
 */
async function drain(app: NestFastifyApplication, logger: Logger): Promise<void> {
  app.get(Readiness, { strict: false }).drain();
  logger.info('service.draining');
  const outage = watchForOutage(app.get<Redis>(REDIS, { strict: false }), REDIS_GRACE_MS);
  const isInOrder = await Promise.race([app.close().then(() => true), outage.lasts.then(() => false)]);
  outage.stop();
  if (isInOrder) logger.info('service.stopped');
  else logger.warn('service.stopped-without-redis');
}

function exitOnSignal(running: RunningService, drainTimeoutMs: number, logger: Logger): void {
  const stop = (): void => {
    const force = setTimeout(() => {
      logger.error({ drainTimeoutMs }, 'service.drain-timeout');
      process.exit(1);
    }, drainTimeoutMs + 5_000);
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'service.stop-failed');
        process.exit(1);
      },
    ).finally(() => clearTimeout(force));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}

/** Starts a service's `main`; a failure is logged and ends the process. */
export function runMain(main: () => Promise<unknown>, logger: Logger): void {
  logWhatIsPrinted(logger);
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'service.unhandled-rejection'));
  main().catch((error: unknown) => {
    logger.fatal({ err: error }, 'service.start-failed');
    process.exit(1);
  });
}
