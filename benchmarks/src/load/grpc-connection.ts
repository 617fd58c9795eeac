import { connect, type Socket } from 'node:net';
import { GrpcWire, type CallOutcome } from './grpc-wire.js';
import { encodeHeaderBlock } from './http2/header-block.js';
import type { ConnectionListener } from './load-connection.js';
import type { LoopbackTarget } from './loopback-target.js';

/** An answer of usual size is read with one system call, and a request of usual size written with one. */
const BUFFER_BYTES = 64 * 1024;

/** One HTTP/2 connection with at most one unary call under way, as `LoadConnection` is one of HTTP/1.1. An answer whose gRPC status is not OK counts as status 500. */
export class GrpcConnection {
  readonly #target: LoopbackTarget;
  readonly #listener: ConnectionListener;
  readonly #head: Buffer;
  readonly #readBuffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  readonly #writeBuffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #socket: Socket | null = null;
  #wire: GrpcWire | null = null;
  /** The request under way. */
  #request: Buffer | null = null;
  #isSentAgain = false;

  constructor(target: LoopbackTarget, listener: ConnectionListener) {
    this.#target = target;
    this.#listener = listener;
    this.#head = headOf(target);
  }

  /** @param request a framed message; may be shared by any number of connections */
  send(request: Buffer): void {
    this.#isSentAgain = false;
    this.#call(request);
  }

  /** Gives up the call under way, if there is one, and closes the connection. */
  abandon(reason: string): void {
    this.#drop();
    this.#settleLost(reason);
  }

  /** Idempotent; a call under way is forgotten. */
  close(): void {
    this.#request = null;
    this.#drop();
  }

  #call(request: Buffer): void {
    this.#request = request;
    if (this.#wire?.takesCalls === false) this.#drop();
    this.#wire ??= this.#open();
    this.#wire.call(request);
  }

  #open(): GrpcWire {
    const socket = connect({
      host: this.#target.address,
      port: this.#target.port,
      noDelay: true,
      // The socket reads into the same memory again and again: no stream, no allocation per answer.
      onread: {
        buffer: this.#readBuffer,
        callback: (bytes) => {
          if (this.#socket === socket) this.#read(wire, this.#readBuffer.subarray(0, bytes));
          return true;
        },
      },
    });
    const wire = new GrpcWire(this.#head, (pieces) => this.#write(socket, pieces));
    const lose = (reason: string): void => {
      if (this.#socket !== socket) return;
      this.#drop();
      this.#settleLost(reason);
    };
    socket.once('error', (error: NodeJS.ErrnoException) => lose(error.code === 'ECONNREFUSED' ? 'connection refused' : 'connection lost'));
    socket.once('close', () => lose('connection lost'));
    this.#socket = socket;
    return wire;
  }

  /** A copy of a few kilobytes costs less than handing several pieces to the socket. */
  #write(socket: Socket, pieces: readonly Buffer[]): void {
    const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (bytes > BUFFER_BYTES || socket.writableLength > 0) return writeApart(socket, pieces);
    let position = 0;
    for (const piece of pieces) position += piece.copy(this.#writeBuffer, position);
    socket.write(this.#writeBuffer.subarray(0, bytes));
  }

  #read(wire: GrpcWire, piece: Buffer): void {
    let outcome: CallOutcome | null;
    try {
      outcome = wire.read(piece);
    } catch {
      return this.abandon('unreadable answer');
    }
    if (outcome === null || this.#request === null) return;
    // A call that the server has not begun may be made again, as every gRPC client does, once: https://grpc.io/docs/guides/retry/ (transparent retry)
    if (outcome === 'refused' && !this.#isSentAgain) {
      this.#isSentAgain = true;
      return this.#call(this.#request);
    }
    if (typeof outcome === 'string') return this.#settleLost('connection lost');
    this.#request = null;
    this.#listener.onResponse(outcome);
  }

  #settleLost(reason: string): void {
    if (this.#request === null) return;
    this.#request = null;
    this.#listener.onLost(reason);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#wire = null;
    socket?.destroy();
  }
}

function headOf({ address, port, path }: LoopbackTarget): Buffer {
  const host = address.includes(':') ? `[${address}]` : address;
  return encodeHeaderBlock({ ':method': 'POST', ':scheme': 'http', ':path': path, ':authority': `${host}:${port}`, 'content-type': 'application/grpc', te: 'trailers' });
}

function writeApart(socket: Socket, pieces: readonly Buffer[]): void {
  socket.cork();
  for (const piece of pieces) socket.write(piece);
  socket.uncork();
}
