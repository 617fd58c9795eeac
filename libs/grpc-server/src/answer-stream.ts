import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import { ServingError } from '@switchyard/errors';
import { observeEnd, statusOfFailure, type MethodPlace } from './answer-unary.js';
import { CallContext } from './call-context.js';
import type { StreamMethod } from './grpc-service.js';

/** Requests of one stream that are worked on at once; further ones stay in the socket until one is answered. */
const MAX_REQUESTS_IN_HAND = 16;

type Stream = ServerDuplexStream<Buffer, Uint8Array>;

/** Runs a streaming method for grpc-js: one answer for each request, in the order of the requests; the first failure ends the stream. */
export function answerStream(method: StreamMethod, place: MethodPlace): handleBidiStreamingCall<Buffer, Uint8Array> {
  return (call) => void answer(method, place, call);
}

async function answer(method: StreamMethod, place: MethodPlace, call: Stream): Promise<void> {
  const context = new CallContext(call);
  const { failure, fail } = failureOf(context.signal);
  try {
    await Promise.race([answerAll(method, place, { call, context, fail }), failure]);
    context.answered();
    call.end();
    observeEnd(place, context, 'OK');
  } catch (thrown) {
    context.answered();
    call.emit('error', statusOfFailure(thrown, place, context));
  }
}

interface OpenStream {
  readonly call: Stream;
  readonly context: CallContext;
  readonly fail: (thrown: unknown) => void;
}

/**
 * Reads on while answers are written: a client may wait for one before it sends the next request. By events, because an async iterator
 * destroys the stream on its error, and with it the status that the error is.
 */
function answerAll(method: StreamMethod, place: MethodPlace, { call, context, fail }: OpenStream): Promise<void> {
  let written = Promise.resolve();
  let inHand = 0;
  call.on('data', (request: Buffer) => {
    if (++inHand >= MAX_REQUESTS_IN_HAND) call.pause();
    const answered = begin(method, place, request, context);
    written = written.then(async () => {
      await write(call, await answered, context.signal);
      if (inHand-- === MAX_REQUESTS_IN_HAND) call.resume();
    });
    written.catch(fail);
  });
  return new Promise((resolve) => call.once('end', () => void written.then(resolve, fail)));
}

/** Rejects with the first failure, or when the client has gone. */
function failureOf(signal: AbortSignal): { readonly failure: Promise<never>; readonly fail: (thrown: unknown) => void } {
  let fail!: (thrown: unknown) => void;
  const failure = new Promise<never>((_, reject) => (fail = reject));
  failure.catch(() => undefined); // It may come after the end of the stream.
  signal.addEventListener('abort', () => fail(new ServingError('cancelled', 'The stream was cancelled by its client.')), { once: true });
  return { failure, fail };
}

async function write(call: Stream, response: Uint8Array, signal: AbortSignal): Promise<void> {
  if (!call.write(response) && !signal.aborted) await drained(call, signal);
}

function begin(method: StreamMethod, place: MethodPlace, request: Buffer, context: CallContext): Promise<Uint8Array> {
  place.inHand.begin();
  const answered = (async () => method(request, context))().finally(() => place.inHand.end());
  answered.catch(() => undefined); // It is awaited in its turn; until then its failure is nobody's unhandled rejection.
  return answered;
}

/** Resolves when the client has read enough for more, or has gone. */
function drained(call: Stream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    call.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
