import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tinyService } from './fixtures/tiny-service.js';
import { endLoggedProcesses } from './process-log.js';
import { startService } from './service-process.js';

const outerLog = process.env['SWITCHYARD_PROCESS_LOG'];
let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'switchyard-processes-'));
  file = process.env['SWITCHYARD_PROCESS_LOG'] = join(directory, 'processes');
});
afterEach(async () => {
  if (outerLog === undefined) delete process.env['SWITCHYARD_PROCESS_LOG'];
  else process.env['SWITCHYARD_PROCESS_LOG'] = outerLog;
  await rm(directory, { recursive: true, force: true });
});

describe('endLoggedProcesses', () => {
  it('ends what was started and forgotten, and says what it was', async () => {
    const stopped = startService(await tinyService('stopped'));
    const forgotten = startService(await tinyService('forgotten'));
    await Promise.all([stopped.ready(10_000), forgotten.ready(10_000)]);
    await stopped.stop();
    expect(await endLoggedProcesses(file)).toEqual([expect.stringMatching(new RegExp(`tiny-service.mjs \\(process ${forgotten.pid}\\)$`))]);
    expect(await forgotten.exited).toEqual({ code: 0, signal: null });
  });

  it('finds nothing to do where nothing was started', async () => {
    expect(await endLoggedProcesses(join(directory, 'none'))).toEqual([]);
  });
});
