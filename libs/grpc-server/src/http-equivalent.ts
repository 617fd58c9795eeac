import { status } from '@grpc/grpc-js';
import type { StatusName } from './status-name.js';

/** As google.rpc.Code documents them, so that one metric and one alert speak of both kinds of requests. */
const HTTP_STATUS: Record<StatusName | 'OK', number> = {
  OK: 200, CANCELLED: 499, UNKNOWN: 500, INVALID_ARGUMENT: 400, DEADLINE_EXCEEDED: 504, NOT_FOUND: 404, ALREADY_EXISTS: 409, PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429, FAILED_PRECONDITION: 400, ABORTED: 409, OUT_OF_RANGE: 400, UNIMPLEMENTED: 501, INTERNAL: 500, UNAVAILABLE: 503, DATA_LOSS: 500,
  UNAUTHENTICATED: 401,
};

/** The HTTP status that says the same as this gRPC status. */
export function httpEquivalent(code: StatusName | 'OK'): number {
  return HTTP_STATUS[code];
}

/** The number of a status on the wire. */
export function codeOf(name: StatusName): number {
  return status[name];
}
