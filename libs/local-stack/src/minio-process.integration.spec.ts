import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { findMinioBinary } from './find-binary.js';
import { startMinio } from './minio-process.js';

const binary = process.env['TEST_MINIO_UNAVAILABLE'] === undefined ? findMinioBinary() : undefined;
const suite = binary === undefined ? describe.skip : describe;

suite(`startMinio${binary === undefined ? ' (skipped: no minio program on this machine)' : ''}`, () => {
  const directories: string[] = [];
  afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))));

  it('answers on loopback with keys of its own, comes back at the same address, and leaves no process', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'switchyard-minio-'));
    directories.push(directory);
    const minio = await startMinio({ directory });
    const { endpoint, pid } = minio;
    expect((await fetch(`${endpoint}/minio/health/live`)).status).toBe(200);
    expect(minio.accessKey).toMatch(/^[0-9a-f]{16}$/);
    await minio.kill();
    await minio.restart();
    expect(minio.endpoint).toBe(endpoint);
    expect((await fetch(`${endpoint}/minio/health/live`)).status).toBe(200);
    await Promise.all([minio.stop(), minio.stop()]);
    for (const gone of [pid, minio.pid]) expect(() => process.kill(gone, 0)).toThrow('ESRCH');
  });
});
