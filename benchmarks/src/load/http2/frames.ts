/** Types of frames (RFC 9113 §6) that are written or read here; others have no meaning for a client with one call at a time. */
export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

export const ACK = 0x1;
export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

export const CLIENT_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** What either side may send in one frame until the other has said otherwise. */
export const DEFAULT_MAX_FRAME_BYTES = 16_384;
/** Bytes of a frame's head. */
export const FRAME_HEAD_BYTES = 9;
const PRIORITY_BYTES = 5;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  /** 0 for the connection as a whole. */
  readonly streamId: number;
  readonly payload: Buffer;
}

/** The nine bytes that stand before a payload. */
export function frameHead({ type, flags, streamId }: Omit<Frame, 'payload'>, payloadBytes: number): Buffer {
  const head = Buffer.allocUnsafe(FRAME_HEAD_BYTES);
  head.writeUIntBE(payloadBytes, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return head;
}

export function encodeFrame(frame: Frame): Buffer {
  return Buffer.concat([frameHead(frame, frame.payload.byteLength), frame.payload]);
}

/** A SETTINGS frame of pairs of identifier and value. */
export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.concat(settings.map(([id, value]) => Buffer.concat([uint(id, 2), uint(value, 4)])));
  return encodeFrame({ type: SETTINGS, flags: 0, streamId: 0, payload });
}

/** A frame whose payload is one number: WINDOW_UPDATE, RST_STREAM. */
export function numberFrame(type: number, streamId: number, value: number): Buffer {
  return encodeFrame({ type, flags: 0, streamId, payload: uint(value, 4) });
}

/** The payload of HEADERS or DATA without padding and priority. @throws RangeError when they take more than there is */
export function contentOf({ type, flags, payload }: Frame): Buffer {
  if ((flags & (PADDED | PRIORITY)) === 0) return payload;
  const isPadded = (flags & PADDED) !== 0;
  const start = (isPadded ? 1 : 0) + (type === HEADERS && flags & PRIORITY ? PRIORITY_BYTES : 0);
  const end = payload.byteLength - (isPadded ? (payload[0] ?? 0) : 0);
  if (end < start) throw new RangeError('A frame is padded with more bytes than it has.');
  return payload.subarray(start, end);
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
