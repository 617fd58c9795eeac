import multipart from '@fastify/multipart';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { createInMemoryObjectStore } from '@switchyard/object-store';
import { readModelUpload } from './read-model-upload.js';

const MEGABYTE = 1024 * 1024;

let app: FastifyInstance;
let url: string;
/** Of the last request: whether it was read to its end. */
let isRead: boolean;

beforeAll(async () => {
  app = fastify();
  await app.register(multipart);
  const store = createInMemoryObjectStore();
  app.post('/', async (request) => readModelUpload(request, { store, id: 'i-1', maxModelBytes: 8 * MEGABYTE }));
  app.addHook('onSend', async (request) => {
    isRead = request.raw.readableEnded;
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => app.close());

async function send(parts: readonly (readonly [field: string, value: string | Blob, filename?: string])[]): Promise<unknown> {
  const form = new FormData();
  for (const [field, value, filename] of parts) {
    if (typeof value === 'string') form.append(field, value);
    else form.append(field, value, filename);
  }
  const response = await fetch(url, { method: 'POST', body: form, signal: AbortSignal.timeout(10_000) });
  return response.json();
}

const file = (bytes: number): Blob => new Blob([Buffer.alloc(bytes, 'a')]);

describe('readModelUpload', () => {
  it('takes files with their paths, and labels as text or as a file', async () => {
    const files = [{ path: 'm/model.onnx', bytes: 3 }];
    expect(await send([['file', file(3), 'm/model.onnx'], ['labels', 'cat'], ['promote', 'false']])).toEqual({ files, fields: { labels: 'cat', promote: 'false' } });
    expect(await send([['labels', file(2), 'labels.txt'], ['files', file(3), 'm/model.onnx']])).toEqual({ files, fields: { labels: 'aa' } });
  });

  it.each([
    ['labels larger than is accepted', [['labels', file(5 * MEGABYTE), 'labels.txt'], ['file', file(MEGABYTE), 'model.onnx']], /^The labels are larger than the 4194304 bytes/],
    ['more bytes than a model may have', [['file', file(5 * MEGABYTE), 'a.bin'], ['file', file(5 * MEGABYTE), 'b.bin']], /^The model is larger than the 8388608 bytes/],
    ['a field there is not', [['colour', 'red'], ['file', file(5 * MEGABYTE), 'a.bin']], /^The upload has a field "colour"/],
    ['a field given twice', [['promote', 'true'], ['promote', 'true'], ['file', file(1), 'a.bin']], /"promote" more than once/],
    ['no files', [['promote', 'true']], /^The upload has no files/],
  ] as const)('refuses %s, once the form has been read to its end', async (_, parts, sentence) => {
    expect(await send(parts)).toMatchObject({ message: expect.stringMatching(sentence) });
    expect(isRead).toBe(true);
  });
});
