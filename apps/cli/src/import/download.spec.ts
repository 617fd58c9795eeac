import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { download } from './download.js';

let site: Server;
let address: string;

beforeAll(async () => {
  site = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/files/model.onnx' }).end();
    else if (request.url === '/cut.onnx') response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy());
    else if (request.url === '/none.onnx') response.writeHead(404).end('no such file');
    else response.end(`the file at ${request.url}`);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});

afterAll(() => {
  site.close();
});

describe('download', () => {
  it.each([
    ['the last part of the path', '/files/model.onnx?token=1', 'model.onnx', 'the file at /files/model.onnx?token=1'],
    ['where it was sent on to', '/moved', 'model.onnx', 'the file at /files/model.onnx'],
    ['no more than a name', '/files/..%2F..%2F.evil', '_2F.._2F.evil', 'the file at /files/..%2F..%2F.evil'],
    ['something, where the path says nothing', '/', 'model', 'the file at /'],
  ])('keeps a file, named after %s, until it is removed', async (_, path, name, content) => {
    const { file, remove } = await download(`${address}${path}`);
    expect([basename(file), await readFile(file, 'utf8')]).toEqual([name, content]);
    await remove();
    await expect(access(dirname(file))).rejects.toMatchObject({ code: 'ENOENT' });
    await remove();
  });

  it('says what an address without a file answers', async () => {
    await expect(download(`${address}/none.onnx`)).rejects.toMatchObject({ kind: 'invalid-input', message: `${address}/none.onnx answers 404; a file is expected.` });
  });

  it.each([
    ['a file that is cut short', () => `${address}/cut.onnx`, /\/cut\.onnx cannot be fetched: .+\.$/],
    ['an address that is none', () => 'http://', /^http:\/\/ cannot be fetched: .+\.$/],
  ])('says why it cannot fetch %s', async (_, url, sentence) => {
    await expect(download(url())).rejects.toMatchObject({ kind: 'invalid-input', message: expect.stringMatching(sentence) });
  });

  it('says that nobody listens', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const host = `127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((done) => closed.close(done));
    await expect(download(`http://${host}/m.onnx`)).rejects.toMatchObject({ message: `http://${host}/m.onnx cannot be fetched: connect ECONNREFUSED ${host}.` });
  });
});
