import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { ConnectionListener } from './load-connection.js';
import type { LoopbackTarget } from './loopback-target.js';

/** A gRPC message is led by a flag (0: not compressed) and its length, big-endian: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const PREFIX_BYTES = 5;
const OK_STATUS = 200;
const FAILED_STATUS = 500;

/** A message with its prefix, built once. */
export function frameGrpcMessage(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(PREFIX_BYTES + message.byteLength);
  frame.writeUInt32BE(message.byteLength, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** One HTTP/2 connection with at most one unary call under way, as `LoadConnection` is one of HTTP/1.1. An answer whose gRPC status is not OK counts as status 500. */
export class GrpcConnection {
  readonly #target: LoopbackTarget;
  readonly #listener: ConnectionListener;
  #session: ClientHttp2Session | null = null;
  #call: ClientHttp2Stream | null = null;

  constructor(target: LoopbackTarget, listener: ConnectionListener) {
    this.#target = target;
    this.#listener = listener;
  }

  /** @param request a framed message; may be shared by any number of connections */
  send(request: Buffer): void {
    const session = this.#session?.destroyed === false && !this.#session.closed ? this.#session : this.#open();
    const call = session.request({ ':method': 'POST', ':path': this.#target.path, 'content-type': 'application/grpc', te: 'trailers' });
    this.#call = call;
    this.#follow(call);
    call.end(request);
  }

  /** Gives up the call under way, if there is one, and closes the connection. */
  abandon(reason: string): void {
    const isWaiting = this.#call !== null;
    this.close();
    if (isWaiting) this.#listener.onLost(reason);
  }

  /** Idempotent; a call under way is forgotten. */
  close(): void {
    this.#call = null;
    this.#session?.destroy();
    this.#session = null;
  }

  #open(): ClientHttp2Session {
    const session = connect(`http://${this.#target.address}:${this.#target.port}`);
    session.on('error', () => undefined); // its calls tell
    this.#session = session;
    return session;
  }

  #follow(call: ClientHttp2Stream): void {
    const pieces: Buffer[] = [];
    let grpcStatus: unknown;
    const note = (headers: { readonly 'grpc-status'?: unknown }): void => void (grpcStatus = headers['grpc-status'] ?? grpcStatus);
    call.on('response', note);
    call.on('trailers', note);
    call.on('data', (piece: Buffer) => pieces.push(piece));
    call.on('error', () => undefined); // `close` follows
    call.once('close', () => {
      if (this.#call !== call) return;
      this.#call = null;
      if (call.rstCode !== constants.NGHTTP2_NO_ERROR || grpcStatus === undefined) this.#listener.onLost('connection lost');
      else this.#listener.onResponse({ status: String(grpcStatus) === '0' ? OK_STATUS : FAILED_STATUS, body: Buffer.concat(pieces).subarray(PREFIX_BYTES), keepsConnection: true });
    });
  }
}
