import { decodeHeaderBlock } from './http2/header-block.js';
import type { HttpResponse } from './response-parser.js';

/** A gRPC message is led by a flag (0: not compressed) and its length, big-endian: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const PREFIX_BYTES = 5;
const OK_STATUS = 200;
const FAILED_STATUS = 500;
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
const MAX_REMEMBERED_BLOCKS = 256;

/** Blocks come again and again, and without a table each means the same every time. */
const remembered = new Map<string, ReadonlyMap<string, string>>();

/** A message with its prefix, built once. */
export function frameGrpcMessage(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(PREFIX_BYTES + message.byteLength);
  frame.writeUInt32BE(message.byteLength, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** What has come of the answer to one unary call. */
export class GrpcAnswer {
  readonly #pieces: Buffer[] = [];
  #receivedBytes = 0;
  #httpStatus: string | undefined;
  #grpcStatus: string | undefined;

  /** @param block headers or trailers, whole @throws RangeError when it cannot be read */
  addFields(block: Buffer): void {
    const fields = fieldsOf(block);
    this.#httpStatus ??= fields.get(':status');
    this.#grpcStatus ??= fields.get('grpc-status');
  }

  /** @param content copied */
  addContent(content: Buffer): void {
    this.#receivedBytes += content.byteLength;
    if (this.#receivedBytes > MAX_MESSAGE_BYTES) throw new RangeError(`An answer has more than ${MAX_MESSAGE_BYTES} bytes.`);
    this.#pieces.push(Buffer.from(content));
  }

  /** The answer at the end of its stream; a gRPC status other than OK counts as status 500. @throws RangeError when it is no answer of a unary call */
  end(): HttpResponse {
    if (this.#httpStatus !== String(OK_STATUS)) return { status: statusOf(this.#httpStatus), body: Buffer.alloc(0), keepsConnection: true };
    if (this.#grpcStatus === undefined) throw new RangeError('An answer has no grpc-status.');
    if (this.#grpcStatus !== '0') return { status: FAILED_STATUS, body: Buffer.alloc(0), keepsConnection: true };
    return { status: OK_STATUS, body: this.#message(), keepsConnection: true };
  }

  #message(): Buffer {
    const [first = Buffer.alloc(0)] = this.#pieces;
    const bytes = this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces);
    if (bytes.byteLength < PREFIX_BYTES || bytes[0] !== 0 || bytes.readUInt32BE(1) !== bytes.byteLength - PREFIX_BYTES) {
      throw new RangeError(`The ${bytes.byteLength} bytes of an answer are not one message, uncompressed.`);
    }
    return bytes.subarray(PREFIX_BYTES);
  }
}

function fieldsOf(block: Buffer): ReadonlyMap<string, string> {
  const key = block.toString('latin1');
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const fields = decodeHeaderBlock(block);
  if (remembered.size >= MAX_REMEMBERED_BLOCKS) remembered.clear(); // `date` makes a new one every second.
  remembered.set(key, fields);
  return fields;
}

function statusOf(httpStatus: string | undefined): number {
  const status = Number(httpStatus);
  if (!Number.isInteger(status)) throw new RangeError('An answer has no :status.');
  return status;
}
