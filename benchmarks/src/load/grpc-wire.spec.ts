import { describe, expect, it } from '@jest/globals';
import { frameGrpcMessage } from './grpc-answer.js';
import { GrpcWire } from './grpc-wire.js';
import { FrameReader } from './http2/frame-reader.js';
import { ACK, CLIENT_PREFACE, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE, encodeFrame, numberFrame, settingsFrame, type Frame } from './http2/frames.js';
import { encodeHeaderBlock } from './http2/header-block.js';

const INITIAL_WINDOW_SIZE = 4;
const MAX_FRAME_SIZE = 5;
const PADDED = 0x8;
const OPENED = settingsFrame([]);

/** A wire, and the frames it has written. */
function open(): { wire: GrpcWire; written: () => Frame[] } {
  const pieces: Buffer[] = [];
  const wire = new GrpcWire(encodeHeaderBlock({ ':path': '/' }), (more) => void pieces.push(...more));
  return {
    wire,
    written: () => {
      const bytes = Buffer.concat(pieces.splice(0));
      const start = bytes.toString('latin1').startsWith(CLIENT_PREFACE) ? CLIENT_PREFACE.length : 0;
      const frames: Frame[] = [];
      new FrameReader(20_000).push(bytes.subarray(start), (each) => void frames.push(each));
      return frames;
    },
  };
}

const frame = (type: number, flags: number, payload: Iterable<number>, streamId = 1): Buffer => encodeFrame({ type, flags, streamId, payload: Buffer.from([...payload]) });
const headers = (fields: Record<string, string>, flags: number): Buffer => frame(HEADERS, flags, encodeHeaderBlock(fields));
const ANSWER = Buffer.concat([
  headers({ ':status': '200' }, END_HEADERS),
  frame(DATA, 0, frameGrpcMessage(Buffer.from('hello'))),
  headers({ 'grpc-status': '0' }, END_HEADERS | END_STREAM),
]);
const said = (text: string) => ({ status: 200, body: Buffer.from(text), keepsConnection: true });

describe('GrpcWire', () => {
  it('reads an answer however it is cut, and though what it was read into is overwritten', () => {
    const bytes = Buffer.concat([OPENED, ANSWER]);
    for (let size = 1; size <= bytes.length; size++) {
      const { wire } = open();
      wire.call(frameGrpcMessage(Buffer.from('hi')));
      const outcomes = [];
      for (let at = 0; at < bytes.length; at += size) {
        const piece = Buffer.from(bytes.subarray(at, at + size));
        outcomes.push(wire.read(piece));
        piece.fill(0xff);
      }
      expect(outcomes.filter((outcome) => outcome !== null)).toEqual([said('hello')]);
    }
  });

  it('reads padding, header blocks in pieces, a message in pieces, and an end without trailers', () => {
    const { wire } = open();
    wire.call(frameGrpcMessage(Buffer.from('hi')));
    const block = encodeHeaderBlock({ ':status': '200', 'grpc-status': '0' });
    const message = frameGrpcMessage(Buffer.from('hello'));
    wire.read(Buffer.concat([OPENED, frame(HEADERS, PADDED, [3, ...block.subarray(0, 10), 0, 0, 0]), frame(CONTINUATION, 0, block.subarray(10, 12)), frame(CONTINUATION, END_HEADERS, block.subarray(12))]));
    wire.read(frame(DATA, PADDED, [2, ...message.subarray(0, 7), 0, 0]));
    expect(wire.read(frame(DATA, END_STREAM, message.subarray(7)))).toEqual(said('hello'));
  });

  it('sends no more than the windows and the size of a frame leave room for, and goes on when they widen', () => {
    const { wire, written } = open();
    const contentBytes = (): number[] => written().filter(({ type }) => type === DATA).map(({ payload }) => payload.length);
    wire.call(frameGrpcMessage(Buffer.alloc(100_000)));
    expect(contentBytes()).toEqual([16_384, 16_384, 16_384, 65_535 - 3 * 16_384]);
    wire.read(settingsFrame([[INITIAL_WINDOW_SIZE, 1_000], [MAX_FRAME_SIZE, 20_000]]));
    wire.read(numberFrame(WINDOW_UPDATE, 0, 50_000));
    wire.read(numberFrame(WINDOW_UPDATE, 1, 64_534)); // The stream still owes one byte.
    expect(contentBytes()).toEqual([]);
    wire.read(numberFrame(WINDOW_UPDATE, 1, 10_002));
    expect(contentBytes()).toEqual([10_001]);
    wire.read(numberFrame(WINDOW_UPDATE, 1, 100_000));
    expect(contentBytes()).toEqual([20_000, 100_005 - 65_535 - 10_001 - 20_000]);
  });

  it('resets a stream that is answered before all of it is sent', () => {
    const { wire, written } = open();
    wire.call(frameGrpcMessage(Buffer.alloc(100_000)));
    written();
    expect(wire.read(Buffer.concat([OPENED, headers({ ':status': '200', 'grpc-status': '8' }, END_HEADERS | END_STREAM)]))).toMatchObject({ status: 500 });
    expect(written().map(({ type, streamId }) => ({ type, streamId }))).toContainEqual({ type: RST_STREAM, streamId: 1 });
    wire.call(frameGrpcMessage(Buffer.from('hi')));
    expect(written()).toMatchObject([{ type: HEADERS, streamId: 3 }]); // The connection's window is used up.
  });

  it('acknowledges settings and pings, and nothing that is an acknowledgement', () => {
    const { wire, written } = open();
    wire.call(frameGrpcMessage(Buffer.from('hi')));
    written();
    const beat = Buffer.from('heartbeat'.slice(0, 8));
    wire.read(Buffer.concat([OPENED, frame(PING, 0, beat, 0), frame(PING, ACK, beat, 0), frame(SETTINGS, ACK, [], 0)]));
    expect(written()).toEqual([{ type: SETTINGS, flags: ACK, streamId: 0, payload: Buffer.alloc(0) }, { type: PING, flags: ACK, streamId: 0, payload: beat }]);
  });

  it('tells a call that was not begun from one that was broken off, and takes no more after GOAWAY', () => {
    const goAway = (last: number): Buffer => frame(GOAWAY, 0, [0, 0, 0, last, 0, 0, 0, 0], 0);
    const { wire } = open();
    wire.call(frameGrpcMessage(Buffer.from('hi')));
    expect(wire.takesCalls).toBe(true);
    expect(wire.read(Buffer.concat([OPENED, goAway(1)]))).toBeNull();
    expect(wire.takesCalls).toBe(false);
    expect(wire.read(ANSWER)).toEqual(said('hello'));
    const other = open();
    other.wire.call(frameGrpcMessage(Buffer.from('hi')));
    expect(other.wire.read(Buffer.concat([OPENED, goAway(0)]))).toBe('refused');
    const broken = open();
    broken.wire.call(frameGrpcMessage(Buffer.from('hi')));
    expect(broken.wire.read(Buffer.concat([OPENED, numberFrame(RST_STREAM, 1, 2)]))).toBe('reset');
    expect(broken.wire.takesCalls).toBe(true);
  });

  it('counts any gRPC status but 0 as failed, and tells an HTTP status as it is', () => {
    const answers = [{ ':status': '200', 'grpc-status': '14' }, { ':status': '200', 'grpc-status': '00' }, { ':status': '415' }].map((fields) => {
      const { wire } = open();
      wire.call(frameGrpcMessage(Buffer.from('hi')));
      return wire.read(Buffer.concat([OPENED, headers(fields, END_HEADERS | END_STREAM)]));
    });
    expect(answers).toMatchObject([{ status: 500 }, { status: 500 }, { status: 415 }]);
  });

  it.each([
    ['without a status', [headers({ ':status': '200' }, END_HEADERS | END_STREAM)]],
    ['without a message', [headers({ ':status': '200', 'grpc-status': '0' }, END_HEADERS | END_STREAM)]],
    ['with half a message', [headers({ ':status': '200', 'grpc-status': '0' }, END_HEADERS), frame(DATA, END_STREAM, [0, 0, 0, 0, 2, 1])]],
    ['with a compressed message', [headers({ ':status': '200', 'grpc-status': '0' }, END_HEADERS), frame(DATA, END_STREAM, [1, 0, 0, 0, 1, 1])]],
    ['whose headers are interrupted', [frame(HEADERS, 0, [0x88]), frame(DATA, 0, [])]],
    ['whose headers go on that never began', [frame(CONTINUATION, END_HEADERS, [0x88])]],
    ['that is no HTTP/2', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]],
  ])('refuses an answer %s', (_, pieces) => {
    const { wire } = open();
    wire.call(frameGrpcMessage(Buffer.from('hi')));
    expect(() => wire.read(Buffer.concat([OPENED, ...pieces]))).toThrow(RangeError);
  });
});
