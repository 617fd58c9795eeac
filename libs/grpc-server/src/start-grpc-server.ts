import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import type { CallObserver } from './call-observer.js';
import { CallsInHand } from './calls-in-hand.js';
import type { GrpcLimits } from './grpc-limits.js';
import type { GrpcService } from './grpc-service.js';
import type { Protos } from './load-protos.js';
import { registerService } from './register-service.js';
import { serveHealth, type HealthReport } from './serve-health.js';
import { serveReflection } from './serve-reflection.js';
import { widenWindows } from './widen-windows.js';

/** Once every answer is on its way, what the sockets may take to send it; clients that merely watch are not waited for. */
const FLUSH_MS = 500;

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly protos: Protos;
  readonly services: readonly GrpcService[];
  readonly limits: GrpcLimits;
  readonly observer: CallObserver;
  /** Whether the services may be sent calls; asked every second for the health service. */
  readonly isReady: () => Promise<boolean>;
  /** How long calls in hand may take to finish when the server stops. */
  readonly drainTimeoutMs: number;
}

export interface GrpcServer {
  readonly port: number;
  /** Refuses new connections and calls, lets the calls in hand finish within the drain timeout, ends the rest. Idempotent. */
  close(): Promise<void>;
}

/**
 * Serves gRPC without TLS (a proxy ends that), with health checks and reflection (v1 and v1alpha).
 * The sockets are ours and are handed to grpc-js, so that their number has a bound.
 * @throws Error when the port cannot be had.
 */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const { protos, services, observer, limits, isReady } = options;
  const server = new Server(serverOptions(limits));
  const inHand = new CallsInHand();
  for (const service of services) registerService(server, protos, { service, observer, inHand });
  serveReflection(server, protos.definition);
  const health = serveHealth(server, services.map(({ name }) => name), isReady);
  const { listener, sockets } = await listen(server, options);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= shutDown({ server, listener, sockets, health, inHand, drainTimeoutMs: options.drainTimeoutMs }));
  return { port: (listener.address() as AddressInfo).port, close };
}

function serverOptions(limits: GrpcLimits): ServerOptions {
  return {
    'grpc.max_receive_message_length': limits.maxMessageBytes,
    'grpc.max_send_message_length': limits.maxMessageBytes,
    'grpc.max_concurrent_streams': limits.maxConcurrentStreams,
    'grpc.max_connection_idle_ms': limits.maxConnectionIdleMs,
    'grpc.max_connection_age_ms': limits.maxConnectionAgeMs,
    'grpc.max_connection_age_grace_ms': limits.maxConnectionAgeGraceMs,
    // Its records of every call cost more than they tell: the metrics count calls.
    'grpc.enable_channelz': 0,
  };
}

async function listen(server: Server, { host, port, limits }: GrpcServerOptions): Promise<{ listener: NetServer; sockets: ReadonlySet<Socket> }> {
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  widenWindows(server);
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  listener.maxConnections = limits.maxConnections;
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, resolve);
  });
  return { listener, sockets };
}

interface RunningParts {
  readonly server: Server;
  readonly listener: NetServer;
  readonly sockets: ReadonlySet<Socket>;
  readonly health: HealthReport;
  readonly inHand: CallsInHand;
  readonly drainTimeoutMs: number;
}

async function shutDown({ server, listener, sockets, health, inHand, drainTimeoutMs }: RunningParts): Promise<void> {
  health.drain();
  health.close();
  const stopped = new Promise<void>((resolve) => listener.close(() => resolve()));
  const connectionsEnded = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  const answered = inHand.idle().then(() => delay(FLUSH_MS));
  await Promise.race([connectionsEnded, answered, delay(drainTimeoutMs)]);
  server.forceShutdown();
  // Without channelz, forceShutdown forgets the sessions it would have to end.
  for (const socket of sockets) socket.destroy();
  await stopped;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
