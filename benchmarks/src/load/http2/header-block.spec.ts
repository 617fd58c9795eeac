import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Http2Server, type OutgoingHttpHeaders } from 'node:http2';
import { connect, type AddressInfo } from 'node:net';
import { FrameReader } from './frame-reader.js';
import { CLIENT_PREFACE, HEADERS, RST_STREAM, contentOf, encodeFrame, settingsFrame } from './frames.js';
import { decodeHeaderBlock, encodeHeaderBlock } from './header-block.js';

const HEADER_TABLE_SIZE = 1;
const servers: Http2Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** What Node's HTTP/2 server was sent, and the header block it answers with when it may use no table. */
async function exchange(request: Readonly<Record<string, string>>, answer: OutgoingHttpHeaders): Promise<{ received: Record<string, unknown>; block: Buffer }> {
  let received: Record<string, unknown> = {};
  const server = createServer();
  servers.push(server);
  server.on('stream', (stream, headers) => {
    received = { ...headers };
    stream.respond(answer, { endStream: true });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const headers = encodeFrame({ type: HEADERS, flags: 0x5, streamId: 1, payload: encodeHeaderBlock({ ':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'here', ...request }) });
  socket.write(Buffer.concat([Buffer.from(CLIENT_PREFACE), settingsFrame([[HEADER_TABLE_SIZE, 0]]), headers]));
  const frames = new FrameReader();
  for await (const piece of socket) {
    const blocks: Buffer[] = [];
    frames.push(piece as Buffer, (frame) => {
      if (frame.type === RST_STREAM) throw new Error('The server takes the headers for malformed.');
      if (frame.type === HEADERS) blocks.push(Buffer.from(contentOf(frame)));
    });
    if (blocks[0] !== undefined) return { received, block: blocks[0] };
  }
  throw new Error('The server sent no headers.');
}

const EVERY_VISIBLE = Array.from({ length: 0x5f }, (_, index) => String.fromCharCode(0x20 + index)).join('').trim();

describe('a header block without a table', () => {
  it('is read as Node writes it: fields of the static table, names of it, literals with and without Huffman code', async () => {
    const answer = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '0', 'x-visible': EVERY_VISIBLE, 'x-long': 'ab'.repeat(3_000), 'x-odd': '\u00e9\u00ff\u0080"\\' };
    const { block } = await exchange({}, answer);
    expect(Object.fromEntries(decodeHeaderBlock(block))).toEqual({ ...answer, ':status': '200', date: expect.stringContaining('GMT') });
  });

  it('is written as Node reads it', async () => {
    const request = { 'x-visible': EVERY_VISIBLE, 'x-long': 'z'.repeat(127 + 128 * 3), 'x-127': 'z'.repeat(127), te: 'trailers' };
    expect((await exchange(request, { ':status': 204 })).received).toMatchObject(request);
  });

  it('reads what RFC 7541 gives as examples of its Huffman code', () => {
    // RFC 7541 C.4.1, C.4.3, C.6.1: strings with their codes.
    const examples = { 'www.example.com': 'f1e3c2e5f23a6ba0ab90f4ff', 'no-cache': 'a8eb10649cbf', 'custom-value': '25a849e95bb8e8b4bf', 'Mon, 21 Oct 2013 20:13:21 GMT': 'd07abe941054d444a8200595040b8166e082a62d1bff' };
    for (const [text, code] of Object.entries(examples)) {
      const bytes = Buffer.from(code, 'hex');
      expect(decodeHeaderBlock(Buffer.concat([Buffer.of(0, 1, 0x78, 0x80 | bytes.length), bytes])).get('x')).toBe(text);
    }
  });

  it.each([
    ['a field of a dynamic table', [0x80 | 62]],
    ['index 0', [0x80]],
    ['a name of a dynamic table', [0x7f, 0, 1, 0x61]],
    ['a table that was not offered', [0x3f, 0xe1, 0x1f]],
    ['the end within a string', [0, 5, 0x61]],
    ['the end within a field', [0, 1, 0x61]],
    ['a length beyond reason', [0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['padding that is no beginning of the end', [0, 1, 0x78, 0x81, 0x18]],
    ['a whole byte of padding', [0, 1, 0x78, 0x82, 0x1f, 0xff]],
    ['the code for the end', [0, 1, 0x78, 0x84, 0xff, 0xff, 0xff, 0xff]],
  ])('is refused with %s', (_, bytes) => {
    expect(() => decodeHeaderBlock(Uint8Array.from(bytes))).toThrow(RangeError);
  });
});
