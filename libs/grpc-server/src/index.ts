export { type StatusName } from './status-name.js';
export { httpEquivalent } from './http-equivalent.js';
export { type GrpcCall, type GrpcService, type StreamMethod, type UnaryMethod } from './grpc-service.js';
export { loadProtos, type Protos } from './load-protos.js';
export { startGrpcServer, type GrpcServer, type GrpcServerOptions } from './start-grpc-server.js';
export type { GrpcLimits } from './grpc-limits.js';
export type { AnsweredCall, CallObserver } from './call-observer.js';
