import { describe, expect, it } from '@jest/globals';
import { ResponseParser } from './response-parser.js';

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"answer": [7]}';

describe('ResponseParser', () => {
  it('reads one answer after the other', () => {
    const parser = new ResponseParser();
    for (let round = 0; round < 3; round++) {
      const response = parser.push(Buffer.from(ANSWER));
      expect(response?.status).toBe(200);
      expect(response?.body.toString()).toBe('{"answer": [7]}');
      expect(response?.keepsConnection).toBe(true);
    }
  });

  it('puts an answer together wherever it was cut, though the buffer it came in is used again', () => {
    const bytes = Buffer.from(ANSWER);
    for (let cut = 1; cut < bytes.length; cut++) {
      for (let second = cut; second < bytes.length; second += 7) {
        const parser = new ResponseParser();
        const pieces = [bytes.subarray(0, cut), bytes.subarray(cut, second), bytes.subarray(second)].filter((piece) => piece.length > 0);
        const shared = Buffer.alloc(bytes.length);
        const responses = pieces.map((piece) => parser.push(shared.subarray(0, piece.copy(shared))));
        expect(responses.slice(0, -1)).toEqual(pieces.slice(0, -1).map(() => null));
        expect(responses.at(-1)?.body.toString()).toBe('{"answer": [7]}');
      }
    }
  });

  it('tells that the server will close the connection', () => {
    const response = new ResponseParser().push(Buffer.from('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'));
    expect(response).toMatchObject({ status: 503, keepsConnection: false });
  });

  it('takes an answer that needs no length', () => {
    expect(new ResponseParser().push(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'))?.body.length).toBe(0);
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n', /begins with "SSH-2\.0-OpenSSH"/],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', /without a Content-Length/],
    ['more than was asked for', `${ANSWER}HTTP`, /4 bytes follow/],
    ['a body nobody would send', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n', /99999999999 bytes/],
    ['an endless head', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`, /head of more than/],
  ])('refuses %s', (_, bytes, problem) => {
    expect(() => new ResponseParser().push(Buffer.from(bytes))).toThrow(problem);
  });
});
