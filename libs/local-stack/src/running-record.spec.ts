import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tinyService } from './fixtures/tiny-service.js';
import { RunningRecord } from './running-record.js';
import { startService } from './service-process.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'switchyard-record-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Writes the record of another owner, as its process would have. */
async function leaveRecord(owner: { pid: number; started: string }): Promise<void> {
  const record = JSON.parse(await readFile(join(directory, 'running.json'), 'utf8'));
  await writeFile(join(directory, 'running.json'), JSON.stringify({ ...record, owner }));
}

describe('RunningRecord', () => {
  it('ends the processes a dead owner left behind', async () => {
    const record = await RunningRecord.claim(directory);
    const orphan = startService(await tinyService('orphan'));
    await orphan.ready(10_000);
    await record.note('orphan', orphan.pid);
    await leaveRecord({ pid: 2 ** 22 + 1, started: 'long ago' });

    const next = await RunningRecord.claim(directory);
    expect(await orphan.exited).toEqual({ code: 0, signal: null });
    await next.release();
    expect(await readdir(directory)).toEqual([]);
  });

  it('leaves a process alone that has taken the id of one of ours', async () => {
    const record = await RunningRecord.claim(directory);
    const bystander = startService(await tinyService('bystander'));
    await bystander.ready(10_000);
    await record.note('ours', bystander.pid);
    const file = join(directory, 'running.json');
    const left = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...left, started: [{ pid: bystander.pid, started: 'long ago' }] }));

    await RunningRecord.claim(directory);
    expect(bystander.isRunning).toBe(true);
    await bystander.stop();
  });

  it('refuses a folder whose owner lives', async () => {
    const owner = startService(await tinyService('owner'));
    await owner.ready(10_000);
    const record = await RunningRecord.claim(directory);
    await record.note('owner', owner.pid);
    const started = JSON.parse(await readFile(join(directory, 'running.json'), 'utf8')).started[0];
    await leaveRecord(started);
    await expect(RunningRecord.claim(directory)).rejects.toThrow(`Process ${owner.pid} already runs Switchyard from ${directory}`);
    await owner.stop();
  });
});
