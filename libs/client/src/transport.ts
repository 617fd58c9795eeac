import { Deadline } from './deadline.js';
import { errorOfAnswer } from './error-of-answer.js';
import { retryDelayMs } from './retry-delay.js';
import { SwitchyardError } from './switchyard-error.js';

/** What every call takes. */
export interface CallOptions {
  /** For the whole call, its repetitions included. */
  readonly timeoutMs?: number;
  /** Ends the call with the error `cancelled`. */
  readonly signal?: AbortSignal;
  /** Finds the call in the server's logs; by default a new one for each call. */
  readonly requestId?: string;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Begins with a slash; its parts escaped. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | FormData;
  /** Whether doing it twice is the same as doing it once; else it is repeated only when the server cannot have begun. */
  readonly isRepeatable: boolean;
  /** Instead of the client's. */
  readonly retries?: number;
}

export interface Answer {
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export interface TransportOptions {
  readonly url: URL;
  readonly timeoutMs: number;
  /** Repetitions after a first attempt, at most. */
  readonly retries: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface Sending {
  readonly deadline: Deadline;
  readonly requestId: string;
}

/** The connection was never made: the server has seen nothing of the request. */
const UNSENT_CODES: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;

/** Sends calls over HTTP, on connections that `fetch` keeps open, and repeats those that failed for the moment. */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** The whole answer. @throws SwitchyardError what the last attempt failed with, `deadline-exceeded` or `cancelled` */
  async send(call: Call, { timeoutMs = this.timeoutMs, signal, requestId = crypto.randomUUID() }: CallOptions = {}): Promise<Answer> {
    const deadline = new Deadline(timeoutMs, signal);
    try {
      return await this.#repeat(call, { deadline, requestId }, readWhole);
    } finally {
      deadline.close();
    }
  }

  /** The answer whose body comes bit by bit; the caller's deadline ends it. @throws SwitchyardError as `send` does */
  open(call: Call, deadline: Deadline, requestId: string = crypto.randomUUID()): Promise<Response> {
    return this.#repeat(call, { deadline, requestId }, (response) => Promise.resolve(response));
  }

  /** For one call with its repetitions. */
  get timeoutMs(): number {
    return this.#options.timeoutMs;
  }

  async #repeat<Result>(call: Call, { deadline, requestId }: Sending, read: (response: Response) => Promise<Result>): Promise<Result> {
    const retries = call.retries ?? this.#options.retries;
    for (let attempt = 0; ; attempt++) {
      try {
        return await read(await this.#attempt(call, deadline, requestId));
      } catch (thrown) {
        if (deadline.signal.aborted) throw withRequestId(deadline.signal.reason as SwitchyardError, requestId);
        const error = thrown instanceof SwitchyardError ? thrown : connectionError(thrown, requestId);
        const delayMs = retryDelayMs(attempt, error.retryAfterMs);
        if (attempt >= retries || !mayRepeat(call, error) || delayMs >= deadline.remainingMs) throw error;
        await deadline.sleep(delayMs);
      }
    }
  }

  async #attempt({ method, path, headers, body }: Call, deadline: Deadline, requestId: string): Promise<Response> {
    const url = new URL(`${this.#options.url.pathname.replace(/\/$/, '')}${path}`, this.#options.url);
    const init = { method, headers: { ...this.#options.headers, ...headers, 'x-request-id': requestId }, signal: deadline.signal };
    const response = await fetch(url, body === undefined ? init : { ...init, body });
    if (response.ok) return response;
    throw errorOfAnswer(response.status, response.headers, await response.text());
  }
}

async function readWhole(response: Response): Promise<Answer> {
  return { headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** What is repeated: attempts the server refused because it was busy, and connections that broke, where a second time does no harm. */
function mayRepeat({ isRepeatable }: Call, { kind, status, cause }: SwitchyardError): boolean {
  if (status === TOO_MANY_REQUESTS) return true; // refused before anything was done
  if (status === UNAVAILABLE) return isRepeatable;
  return kind === 'connection-failed' && (isRepeatable || UNSENT_CODES.has(codeOf(cause)));
}

/** `fetch` fails with a TypeError whose cause is the socket's error; without one the request itself cannot be sent. */
function connectionError(thrown: unknown, requestId: string): SwitchyardError {
  const code = codeOf(thrown);
  if (code === undefined) return new SwitchyardError('invalid-input', `The request cannot be sent: ${(thrown as Error).message}.`, { cause: thrown, requestId });
  return new SwitchyardError('connection-failed', `The server cannot be reached, or the connection broke (${code}).`, { cause: thrown, requestId });
}

function codeOf(thrown: unknown): string | undefined {
  const code = (thrown as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  return typeof code === 'string' ? code : undefined;
}

function withRequestId({ kind, message, cause }: SwitchyardError, requestId: string): SwitchyardError {
  return new SwitchyardError(kind, message, { requestId, cause });
}
