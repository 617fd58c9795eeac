import { ServingError } from '@switchyard/errors';

/** One answer. */
export interface HttpResponse {
  readonly status: number;
  /** A view, good until the next piece is pushed: copy what is kept. */
  readonly body: Buffer;
  /** False when the server is going to close the connection after this answer. */
  readonly keepsConnection: boolean;
}

const HEAD_END = '\r\n\r\n';
const MAX_HEAD_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 256 * 1024 * 1024;
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})[ \r]/;
const CONTENT_LENGTH = /\r\ncontent-length:[ \t]*(\d+)/i;
const CONNECTION_CLOSE = /\r\nconnection:[ \t]*close/i;
/** RFC 9110 §8.6: these have no body and need no length. */
const BODILESS = new Set([204, 304]);

/** Head of an answer: where its body begins and where it ends. */
interface Head {
  readonly status: number;
  readonly bodyStart: number;
  readonly totalBytes: number;
  readonly keepsConnection: boolean;
}

/**
 * Reads the answers of one connection, one at a time, as RFC 9112 frames them by Content-Length. It knows no more than it
 * needs: a general HTTP client costs several times the CPU, which the measured server would miss. Bodies framed in chunks are refused.
 */
export class ResponseParser {
  /** Copies of what came of an answer that is not whole yet. */
  #pieces: Buffer[] = [];
  #receivedBytes = 0;
  #head: Head | null = null;

  /**
   * @param piece what the socket read; may be overwritten afterwards
   * @returns the answer once its last byte is there, else null
   * @throws ServingError `invalid-input` for anything that is not one answer with a length; the connection is of no use then
   */
  push(piece: Buffer): HttpResponse | null {
    // Nearly always an answer comes in one piece, and nothing is copied.
    const bytes = this.#pieces.length === 0 || this.#head !== null ? piece : Buffer.concat([...this.#pieces, piece]);
    this.#head ??= readHead(bytes);
    this.#receivedBytes += piece.byteLength;
    if (this.#head === null || this.#receivedBytes < this.#head.totalBytes) {
      this.#pieces.push(Buffer.from(piece));
      return null;
    }
    return this.#complete(piece, this.#head);
  }

  #complete(lastPiece: Buffer, { status, bodyStart, totalBytes, keepsConnection }: Head): HttpResponse {
    if (this.#receivedBytes > totalBytes) throw malformed(`${this.#receivedBytes - totalBytes} bytes follow an answer before the next request`);
    const bytes = this.#pieces.length === 0 ? lastPiece : Buffer.concat([...this.#pieces, lastPiece]);
    this.#pieces = [];
    this.#receivedBytes = 0;
    this.#head = null;
    return { status, keepsConnection, body: bytes.subarray(bodyStart, totalBytes) };
  }
}

/** @returns null while the head is not whole */
function readHead(bytes: Buffer): Head | null {
  const end = bytes.indexOf(HEAD_END, 0, 'latin1');
  if (end === -1) {
    if (bytes.byteLength > MAX_HEAD_BYTES) throw malformed(`a head of more than ${MAX_HEAD_BYTES} bytes`);
    return null;
  }
  const head = bytes.toString('latin1', 0, end);
  const status = Number(STATUS_LINE.exec(head)?.[1] ?? NaN);
  if (Number.isNaN(status)) throw malformed(`it begins with "${head.slice(0, 40)}"`);
  const length = CONTENT_LENGTH.exec(head)?.[1] ?? (BODILESS.has(status) ? '0' : undefined);
  if (length === undefined) throw malformed(`status ${status} without a Content-Length`);
  if (Number(length) > MAX_BODY_BYTES) throw malformed(`a body of ${length} bytes`);
  const bodyStart = end + HEAD_END.length;
  return { status, bodyStart, totalBytes: bodyStart + Number(length), keepsConnection: !CONNECTION_CLOSE.test(head) };
}

function malformed(problem: string): ServingError {
  return new ServingError('invalid-input', `The server's answer cannot be read: ${problem}.`);
}
