import { ServingError } from '@switchyard/errors';
import type { RequestContent } from './http-request.js';
import type { ResponseSample } from './response-samples.js';

/** One load to put on one server of this machine. */
export interface LoadPlan {
  /** `http://127.0.0.1:<port>/<path>` */
  readonly url: string;
  /** Further processes of the same server; connections are spread over all. */
  readonly otherUrls?: readonly string[];
  /** With `grpc` the path is that of a unary call, and bodies are messages. */
  readonly transport?: 'http' | 'grpc';
  /** Sent in turn by every connection, from different starts. */
  readonly requests: readonly RequestContent[];
  /** Each sends its next request when the answer to the last has come (a closed loop). */
  readonly connections: number;
  /** Load before the measurement, for compilers, caches and batch sizes to settle. */
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Ends the measurement earlier, after so many answers. */
  readonly maxAnswers?: number;
  /** How long one answer may take; then it counts as a failure. Also bounds the wait for the last answers. */
  readonly requestTimeoutMs: number;
  /** Answers handed back to be looked at. */
  readonly samples: number;
}

/** What came of it. Latencies count from the write of a request to the last byte of its answer. */
export interface LoadResult {
  /** Answers with a 2xx status that came within the measurement. */
  readonly answers: number;
  readonly durationMs: number;
  readonly answersPerSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** How often each thing went wrong, as `{"status 503": 2}`: in the warm-up, the measurement and the wait for the last answers. */
  readonly failures: Readonly<Record<string, number>>;
  readonly samples: readonly ResponseSample[];
}

const MAX_CONNECTIONS = 4_096;
const MAX_DURATION_MS = 10 * 60_000;

/** Keeps a slip of the hand from becoming an hour of load. @throws ServingError `invalid-input` naming the value */
export function assertLoadPlan({ requests, connections, warmUpMs, measureMs, requestTimeoutMs }: LoadPlan): void {
  if (requests.length === 0) throw new ServingError('invalid-input', 'A load needs at least one request to send.');
  assertBetween('connections', connections, 1, MAX_CONNECTIONS);
  assertBetween('warmUpMs', warmUpMs, 0, MAX_DURATION_MS);
  assertBetween('measureMs', measureMs, 1, MAX_DURATION_MS);
  assertBetween('requestTimeoutMs', requestTimeoutMs, 1, MAX_DURATION_MS);
}

function assertBetween(name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new ServingError('invalid-input', `The load's ${name} is ${value}; a number from ${low} to ${high} is expected.`);
}
