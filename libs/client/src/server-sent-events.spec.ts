import { describe, expect, it } from '@jest/globals';
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.js';

const STREAM = 'retry: 1000\n\nevent: state\ndata: {"a":"é"}\n\n: still here\n\ndata:one\r\ndata: two\r\n\r\nid: 7\nevent: nothing\n\ndata: cut off';

async function read(pieces: readonly Uint8Array[]): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  for await (const event of readServerSentEvents(body())) events.push(event);
  return events;
}

describe('readServerSentEvents', () => {
  const expected = [{ event: 'state', data: '{"a":"é"}' }, { event: 'message', data: 'one\ntwo' }];

  it('reads events, and leaves out comments and what has no data or no end', async () => {
    expect(await read([Buffer.from(STREAM)])).toEqual(expected);
  });

  it('reads them wherever the stream is cut into pieces', async () => {
    const bytes = Buffer.from(STREAM);
    for (let size = 1; size < bytes.byteLength; size++) {
      const pieces = Array.from({ length: Math.ceil(bytes.byteLength / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
      expect(await read(pieces)).toEqual(expected);
    }
  });
});
