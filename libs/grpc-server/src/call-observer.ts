import type { ServingError } from '@switchyard/errors';
import type { StatusName } from './status-name.js';

/** One call, answered. */
export interface AnsweredCall {
  readonly service: string;
  readonly method: string;
  /** Empty when the call named no model that exists. */
  readonly model: string;
  readonly status: StatusName | 'OK';
  readonly durationMs: number;
}

/** Is told what the server does: for metrics and the log. */
export interface CallObserver {
  answered(call: AnsweredCall): void;
  /** A call failed by no fault of its client; `error.cause` has the details. */
  failed(error: ServingError, call: { readonly service: string; readonly method: string; readonly requestId: string }): void;
}
