import { randomUUID } from 'node:crypto';
import type { ServerDuplexStream, ServerUnaryCall } from '@grpc/grpc-js';
import type { GrpcCall } from './grpc-service.js';

/** Longer ones are not ids; they would end up in every log line. */
const MAX_REQUEST_ID_LENGTH = 128;

type AnyCall = ServerUnaryCall<Buffer, Uint8Array> | ServerDuplexStream<Buffer, Uint8Array>;

/** A call of grpc-js as methods see it. States: open → ended (answered or cancelled). */
export class CallContext implements GrpcCall {
  readonly requestId: string;
  readonly timeoutMs: number | undefined;
  readonly startedMs = performance.now();
  model = '';
  #isAnswered = false;
  readonly #abort = new AbortController();

  constructor(call: AnyCall) {
    this.requestId = requestIdOf(call);
    this.timeoutMs = timeoutOf(call);
    // grpc-js tells of every end in this way, of good ones too.
    call.on('cancelled', () => this.#onEnd());
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  markModel(name: string): void {
    this.model = name;
  }

  /** From now on the end of the call is nobody's concern. */
  answered(): void {
    this.#isAnswered = true;
  }

  #onEnd(): void {
    // An abort that nobody waits for would cost an exception with its stack for every call.
    if (!this.#isAnswered) this.#abort.abort();
  }
}

function requestIdOf(call: AnyCall): string {
  const [given] = call.metadata.get('x-request-id');
  return typeof given === 'string' && /^[\x21-\x7e]+$/.test(given) && given.length <= MAX_REQUEST_ID_LENGTH ? given : randomUUID();
}

function timeoutOf(call: AnyCall): number | undefined {
  const deadline = call.getDeadline();
  const atMs = typeof deadline === 'number' ? deadline : deadline.getTime();
  return Number.isFinite(atMs) ? Math.max(0, atMs - Date.now()) : undefined;
}
