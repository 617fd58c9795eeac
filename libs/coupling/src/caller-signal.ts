/**
 * Says when nobody waits for an answer any more. An `AbortSignal` is one; so is whatever costs a request less than one of its own,
 * as one signal for all requests of a connection.
 */
export interface CallerSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
