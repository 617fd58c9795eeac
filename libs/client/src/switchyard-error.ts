/** What the server says went wrong, and the last four: what only a client can see. */
export const ERROR_KINDS = [
  'invalid-input', 'payload-too-large', 'unsupported-media-type', 'unsupported', 'model-not-found', 'version-not-found', 'job-not-found', 'run-not-found', 'upload-not-found', 'not-found',
  'model-not-ready', 'conflict', 'overloaded', 'deadline-exceeded', 'cancelled', 'model-invalid', 'engine-failed', 'engine-unavailable', 'storage-unavailable',
  'queue-unavailable', 'unavailable', 'internal', 'connection-failed', 'unexpected-answer',
] as const;

/** Known kinds complete in an editor; a newer server may send one that is not among them. */
export type SwitchyardErrorKind = (typeof ERROR_KINDS)[number] | (string & {});

export interface SwitchyardErrorDetails {
  readonly status?: number | null;
  readonly retryAfterMs?: number | null;
  readonly requestId?: string | null;
  readonly cause?: unknown;
}

/** The one error this package throws. `message` is a full sentence; programs look at `kind`. */
export class SwitchyardError extends Error {
  override readonly name = 'SwitchyardError';
  readonly kind: SwitchyardErrorKind;
  /** Of the server's answer; null when there was none. */
  readonly status: number | null;
  /** When the server expects a repetition to succeed. */
  readonly retryAfterMs: number | null;
  /** Finds the request in the server's logs. */
  readonly requestId: string | null;

  constructor(kind: SwitchyardErrorKind, message: string, { status = null, retryAfterMs = null, requestId = null, cause }: SwitchyardErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.requestId = requestId;
  }
}
