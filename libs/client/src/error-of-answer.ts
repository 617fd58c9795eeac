import { SwitchyardError, type SwitchyardErrorKind } from './switchyard-error.js';

/** Kinds of answers that name none: those of TF Serving's and the Open Inference protocol, and of gateways on the way. */
const KIND_OF_STATUS: Readonly<Record<number, SwitchyardErrorKind>> = {
  400: 'invalid-input', 404: 'not-found', 408: 'deadline-exceeded', 409: 'conflict', 413: 'payload-too-large', 415: 'unsupported-media-type', 422: 'invalid-input',
  429: 'overloaded', 499: 'cancelled', 501: 'unsupported', 503: 'unavailable', 504: 'deadline-exceeded',
};
const SHOWN_LENGTH = 200;

/** What an answer with an error status says: `{"error": "<sentence>", "kind"?: "<kind>"}`, or whatever a gateway wrote. */
export function errorOfAnswer(status: number, headers: Headers, text: string): SwitchyardError {
  const { error, kind } = readBody(text);
  const message = error ?? `The server answered ${status}${text === '' ? '' : `: ${text.slice(0, SHOWN_LENGTH)}`}.`;
  const details = { status, retryAfterMs: parseRetryAfterMs(headers.get('retry-after')), requestId: headers.get('x-request-id') };
  return new SwitchyardError(kind ?? KIND_OF_STATUS[status] ?? (status < 500 ? 'invalid-input' : 'internal'), message, details);
}

/** `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3); null when there is none, or none that can be read. */
export function parseRetryAfterMs(value: string | null, nowMs: number = Date.now()): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

function readBody(text: string): { error: string | undefined; kind: string | undefined } {
  const body = parseObject(text);
  const textOf = (name: string): string | undefined => (typeof body[name] === 'string' ? body[name] : undefined);
  return { error: textOf('error'), kind: textOf('kind') };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
