import { GrpcAnswer } from './grpc-answer.js';
import { FrameReader } from './http2/frame-reader.js';
import {
  ACK, CLIENT_PREFACE, CONTINUATION, DATA, DEFAULT_MAX_FRAME_BYTES, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE,
  contentOf, encodeFrame, frameHead, numberFrame, settingsFrame, type Frame,
} from './http2/frames.js';
import { SendWindows } from './http2/send-windows.js';
import type { HttpResponse } from './response-parser.js';

const HEADER_TABLE_SIZE = 1;
const ENABLE_PUSH = 2;
const INITIAL_WINDOW_SIZE = 4;
const MAX_FRAME_SIZE = 5;
const MAX_WINDOW_BYTES = 2 ** 31 - 1;
const DEFAULT_WINDOW_BYTES = 65_535;
/** What the server may send is made as much as can be, and is given back to it this many bytes at a time. */
const RETURN_WINDOW_AT_BYTES = 2 ** 30;
const CANCEL = 8;
const LAST_STREAM_ID = 2 ** 31 - 1;
const MAX_HEADER_BLOCK_BYTES = 64 * 1024;

/** What came of the call under way: its answer; the server did not begin it; the server broke it off. */
export type CallOutcome = HttpResponse | 'refused' | 'reset';

const OPENING = Buffer.concat([
  Buffer.from(CLIENT_PREFACE),
  settingsFrame([[HEADER_TABLE_SIZE, 0], [ENABLE_PUSH, 0], [INITIAL_WINDOW_SIZE, MAX_WINDOW_BYTES]]),
  numberFrame(WINDOW_UPDATE, 0, MAX_WINDOW_BYTES - DEFAULT_WINDOW_BYTES),
]);
const SETTINGS_ACK = encodeFrame({ type: SETTINGS, flags: ACK, streamId: 0, payload: Buffer.alloc(0) });

/**
 * The client's side of one HTTP/2 connection (RFC 9113) for unary gRPC calls, one at a time. It knows no more than it needs:
 * a general HTTP/2 client costs ten times the CPU, which the measured server would miss.
 */
export class GrpcWire {
  readonly #write: (pieces: readonly Buffer[]) => void;
  /** The header block of every call. */
  readonly #head: Buffer;
  readonly #frames = new FrameReader();
  readonly #windows = new SendWindows();
  #maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
  #streamId = -1;
  #answer: GrpcAnswer | null = null;
  /** What of the request the server has not taken yet. */
  #unsent: Buffer = Buffer.alloc(0);
  /** The beginning of a header block that goes on in the next frame, and whether its stream ends with it. */
  #openBlock: { readonly pieces: Buffer[]; readonly endsStream: boolean } | null = null;
  #receivedBytes = 0;
  #isGoingAway = false;
  #isOpened = false;

  constructor(head: Buffer, write: (pieces: readonly Buffer[]) => void) {
    this.#head = head;
    this.#write = write;
  }

  /** False once the server has said that it takes no more calls here. */
  get takesCalls(): boolean {
    return !this.#isGoingAway && this.#streamId < LAST_STREAM_ID;
  }

  /** @param request a message with its prefix */
  call(request: Buffer): void {
    const opening = this.#streamId === -1 ? [OPENING] : [];
    this.#streamId += 2;
    this.#answer = new GrpcAnswer();
    this.#unsent = request;
    this.#windows.openStream();
    this.#sendOn([...opening, frameHead({ type: HEADERS, flags: END_HEADERS, streamId: this.#streamId }, this.#head.byteLength), this.#head]);
  }

  /** @param piece what the socket read; may be overwritten afterwards @returns what came of the call, once @throws RangeError when the server breaks the protocol */
  read(piece: Buffer): CallOutcome | null {
    let outcome: CallOutcome | null = null;
    this.#frames.push(piece, (frame) => (outcome = this.#take(frame) ?? outcome));
    return outcome;
  }

  #take(frame: Frame): CallOutcome | null {
    if (!this.#isOpened && frame.type !== SETTINGS) throw new RangeError('The server does not begin with its settings.');
    if (this.#openBlock !== null && frame.type !== CONTINUATION) throw new RangeError('A header block is interrupted.');
    switch (frame.type) {
      case DATA:
        return this.#takeContent(frame);
      case HEADERS:
        this.#openBlock = { pieces: [], endsStream: (frame.flags & END_STREAM) !== 0 };
        return this.#takeBlock(frame);
      case CONTINUATION:
        return this.#takeBlock(frame);
      case RST_STREAM:
        return frame.streamId === this.#streamId ? this.#settle('reset') : null;
      case GOAWAY:
        this.#isGoingAway = true;
        return (frame.payload.readUInt32BE(0) & LAST_STREAM_ID) < this.#streamId ? this.#settle('refused') : null;
      case PUSH_PROMISE:
        throw new RangeError('The server pushes what was not asked for.');
      default:
        this.#takeOfConnection(frame);
        return null;
    }
  }

  /** Frames that say nothing of an answer. */
  #takeOfConnection({ type, flags, streamId, payload }: Frame): void {
    if (type === SETTINGS && (flags & ACK) === 0) this.#adopt(payload);
    else if (type === PING && (flags & ACK) === 0) this.#write([encodeFrame({ type: PING, flags: ACK, streamId: 0, payload })]);
    else if (type === WINDOW_UPDATE && (streamId === 0 || streamId === this.#streamId)) {
      this.#windows.widen(streamId === 0 ? 'connection' : 'stream', payload.readUInt32BE(0));
      this.#sendOn([]);
    }
  }

  #adopt(settings: Buffer): void {
    for (let at = 0; at + 6 <= settings.byteLength; at += 6) {
      const id = settings.readUInt16BE(at);
      const value = settings.readUInt32BE(at + 2);
      if (id === INITIAL_WINDOW_SIZE) this.#windows.setInitial(value);
      else if (id === MAX_FRAME_SIZE) this.#maxFrameBytes = value;
    }
    this.#isOpened = true;
    this.#sendOn([SETTINGS_ACK]);
  }

  #takeContent(frame: Frame): CallOutcome | null {
    this.#receivedBytes += frame.payload.byteLength;
    if (this.#receivedBytes >= RETURN_WINDOW_AT_BYTES) {
      this.#write([numberFrame(WINDOW_UPDATE, 0, this.#receivedBytes)]);
      this.#receivedBytes = 0;
    }
    if (frame.streamId !== this.#streamId || this.#answer === null) return null;
    this.#answer.addContent(contentOf(frame));
    return (frame.flags & END_STREAM) !== 0 ? this.#settle(this.#answer.end()) : null;
  }

  #takeBlock(frame: Frame): CallOutcome | null {
    const block = this.#openBlock;
    if (block === null) throw new RangeError('A header block goes on that never began.');
    block.pieces.push(frame.type === HEADERS ? contentOf(frame) : frame.payload);
    if ((frame.flags & END_HEADERS) === 0) return this.#keepBlock(block.pieces);
    this.#openBlock = null;
    if (frame.streamId !== this.#streamId || this.#answer === null) return null;
    this.#answer.addFields(block.pieces.length === 1 ? (block.pieces[0] as Buffer) : Buffer.concat(block.pieces));
    return block.endsStream ? this.#settle(this.#answer.end()) : null;
  }

  /** The next frame may come with the next read, over the bytes of this one. */
  #keepBlock(pieces: Buffer[]): null {
    const bytes = Buffer.concat(pieces);
    if (bytes.byteLength > MAX_HEADER_BLOCK_BYTES) throw new RangeError(`A header block has more than ${MAX_HEADER_BLOCK_BYTES} bytes.`);
    pieces.splice(0, pieces.length, bytes);
    return null;
  }

  #settle(outcome: CallOutcome): CallOutcome | null {
    if (this.#answer === null) return null;
    this.#answer = null;
    const isUnfinished = this.#unsent.byteLength > 0;
    this.#unsent = Buffer.alloc(0);
    // The server has answered without hearing us out; the stream would stay half open.
    if (isUnfinished && typeof outcome === 'object') this.#write([numberFrame(RST_STREAM, this.#streamId, CANCEL)]);
    return outcome;
  }

  /** Writes `before`, and of the request what the windows leave room for. */
  #sendOn(before: Buffer[]): void {
    while (this.#unsent.byteLength > 0) {
      const bytes = this.#windows.take(Math.min(this.#unsent.byteLength, this.#maxFrameBytes));
      if (bytes === 0) break;
      const flags = bytes === this.#unsent.byteLength ? END_STREAM : 0;
      before.push(frameHead({ type: DATA, flags, streamId: this.#streamId }, bytes), this.#unsent.subarray(0, bytes));
      this.#unsent = this.#unsent.subarray(bytes);
    }
    if (before.length > 0) this.#write(before);
  }
}
