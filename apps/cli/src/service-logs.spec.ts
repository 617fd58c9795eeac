import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ServiceLogs } from './service-logs.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'switchyard-logs-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('ServiceLogs', () => {
  it('keeps one file per process and adds to it at the next start', async () => {
    for (const line of ['first', 'second']) {
      const logs = new ServiceLogs(directory);
      logs.write('api', line);
      logs.close();
      logs.close();
    }
    expect(await readFile(join(directory, 'api.log'), 'utf8')).toBe('first\nsecond\n');
  });

  it('puts a file aside that has grown too long, and no line is lost on the way', async () => {
    const logs = new ServiceLogs(directory);
    const line = 'x'.repeat(1024 * 1024 - 1);
    for (let count = 0; count < 25; count++) logs.write('api', line);
    logs.close();
    expect((await readdir(directory)).sort()).toEqual(['api.log', 'api.log.1']);
    const sizes = await Promise.all(['api.log', 'api.log.1'].map(async (name) => (await stat(join(directory, name))).size));
    expect(sizes[0]! + sizes[1]!).toBe(25 * 1024 * 1024);
  });
});
