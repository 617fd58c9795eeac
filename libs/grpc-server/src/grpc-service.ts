import type { ServingError } from '@switchyard/errors';
import type { StatusName } from './status-name.js';

/** What a method knows of its call beside the message. */
export interface GrpcCall {
  /** From the metadata `x-request-id`, else made here. */
  readonly requestId: string;
  /** What the client's deadline leaves, counted from now; undefined when it set none. */
  readonly timeoutMs: number | undefined;
  /** Aborted when the client has cancelled, has gone, or its deadline has passed. */
  readonly signal: AbortSignal;
  /** Says which model the call is for, once that model is known to exist: metrics are counted under it. */
  markModel(name: string): void;
}

/** Answers one message with one, both as bytes: the codec decides what they cost. @throws ServingError, which the service's table maps. */
export type UnaryMethod = (request: Buffer, call: GrpcCall) => Promise<Uint8Array> | Uint8Array;

/** Answers each message of a stream with one; what it throws ends the stream. */
export type StreamMethod = UnaryMethod;

/** One service of a protocol. Every method of its definition must be there. */
export interface GrpcService {
  /** With its package: `tensorflow.serving.PredictionService`. */
  readonly name: string;
  readonly unary: Readonly<Record<string, UnaryMethod>>;
  readonly streams: Readonly<Record<string, StreamMethod>>;
  statusOf(error: ServingError): StatusName;
}
