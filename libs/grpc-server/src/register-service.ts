import type { Server, UntypedHandleCall, UntypedServiceImplementation, ServiceDefinition } from '@grpc/grpc-js';
import { ServingError } from '@switchyard/errors';
import { answerStream } from './answer-stream.js';
import { answerUnary, type MethodPlace } from './answer-unary.js';
import type { Protos } from './load-protos.js';

/** Hands a service to grpc-js. @throws ServingError `internal` when a method of its definition is missing: a client would find out otherwise. */
export function registerService(server: Server, protos: Protos, parts: Omit<MethodPlace, 'method'>): void {
  const definition = asBytes(protos.serviceNamed(parts.service.name) as ServiceDefinition);
  const handlers = Object.keys(definition).map((method): [string, UntypedHandleCall] => [method, handlerOf({ ...parts, method })]);
  server.addService(definition, Object.fromEntries(handlers) as UntypedServiceImplementation);
}

function handlerOf(place: MethodPlace): UntypedHandleCall {
  const { service, method } = place;
  const unary = service.unary[method];
  if (unary !== undefined) return answerUnary(unary, place);
  const stream = service.streams[method];
  if (stream !== undefined) return answerStream(stream, place);
  throw new ServingError('internal', `Nothing answers the method ${service.name}/${method}.`);
}

/** Messages pass grpc-js as bytes: what it cannot decode it would call INTERNAL, and we say what is wrong with it. */
function asBytes(definition: ServiceDefinition): ServiceDefinition {
  const same = (bytes: Buffer): Buffer => bytes;
  return Object.fromEntries(Object.entries(definition).map(([name, method]) => [name, { ...method, requestDeserialize: same, responseSerialize: same }])) as ServiceDefinition;
}
