import type { handleUnaryCall, sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { CallContext } from './call-context.js';
import type { CallObserver } from './call-observer.js';
import type { CallsInHand } from './calls-in-hand.js';
import type { GrpcService, UnaryMethod } from './grpc-service.js';
import type { StatusName } from './status-name.js';
import { asServingError, statusObject } from './status-object.js';

/** Where a method stands and whom to tell of its calls. */
export interface MethodPlace {
  readonly service: GrpcService;
  readonly method: string;
  readonly observer: CallObserver;
  readonly inHand: CallsInHand;
}

/** Runs a unary method for grpc-js: every call is answered once, with a message or with the status of its error. */
export function answerUnary(method: UnaryMethod, place: MethodPlace): handleUnaryCall<Buffer, Uint8Array> {
  return (call, callback) => void answer(method, place, call, callback);
}

async function answer(method: UnaryMethod, place: MethodPlace, call: ServerUnaryCall<Buffer, Uint8Array>, callback: sendUnaryData<Uint8Array>): Promise<void> {
  const context = new CallContext(call);
  place.inHand.begin();
  try {
    const response = await method(call.request, context);
    context.answered();
    callback(null, response);
    observeEnd(place, context, 'OK');
  } catch (thrown) {
    context.answered();
    callback(statusOfFailure(thrown, place, context));
  } finally {
    place.inHand.end();
  }
}

/** The status of what a method threw; tells the observer. */
export function statusOfFailure(thrown: unknown, place: MethodPlace, context: CallContext): ReturnType<typeof statusObject> {
  const { service, method, observer } = place;
  const error = asServingError(thrown);
  const name = service.statusOf(error);
  if (name === 'INTERNAL' || name === 'UNKNOWN') observer.failed(error, { service: service.name, method, requestId: context.requestId });
  observeEnd(place, context, name);
  return statusObject(error, name);
}

/** Tells the observer that a request has been answered. */
export function observeEnd({ service, method, observer }: MethodPlace, { model, startedMs }: CallContext, status: StatusName | 'OK'): void {
  observer.answered({ service: service.name, method, model, status, durationMs: performance.now() - startedMs });
}
