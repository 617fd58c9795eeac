import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith, startTestStack, until, type TestStack } from '@switchyard/test-kit';
import { loadDigits, type Digits } from './failures/digit-rows.js';
import { predictDigits } from './failures/inference-client.js';
import { smallDisk } from './failures/removable-store.js';
import { awaitSuccess, readRun, retrainClassifier } from './failures/retrain.js';
import { awaitChampions } from './stack/await-champions.js';
import { firstStart } from './stack/first-start.js';
import { startSteadyTraffic } from './stack/steady-traffic.js';
import { MODELS } from './stack/trained-stack.js';

const DISK_MEGABYTES = 8;
const disks =
  process.platform === 'linux' && process.getuid?.() === 0
    ? { available: true as const }
    : { available: false as const, reason: 'only root on Linux may mount a small disk' };

describeWith(disks, 'an object store on a disk that is full', () => {
  let disk: Awaited<ReturnType<typeof smallDisk>>;
  let stack: TestStack;
  let digits: Digits;

  beforeAll(async () => {
    const { objectsDirectory } = await firstStart();
    digits = await loadDigits(objectsDirectory, 20);
    disk = await smallDisk(objectsDirectory, DISK_MEGABYTES);
    stack = await startTestStack({ objectStoreUrl: pathToFileURL(disk.directory).href, env: { LOG_LEVEL: 'warn' } });
    await awaitChampions(stack.httpUrl, MODELS, 30_000);
  }, 400_000);
  afterAll(async () => {
    await stack?.close();
    await disk?.close();
  }, 60_000);

  it('makes a retraining wait and say why, leaves nothing half-written, and publishes once there is space', async () => {
    const filler = join(disk.directory, 'filler');
    await fillDisk(filler);
    const traffic = startSteadyTraffic((turn) => predictDigits(stack.httpUrl, digits.rows(turn, 2)));
    const before = await filesOf(disk.directory);
    const run = await retrainClassifier(stack.httpUrl);
    await until(async () => (await readRun(stack.httpUrl, run)).reason === 'The object store is full; it takes objects again once there is space.', {
      deadlineMs: 30_000, describe: 'the run to say that the disk is full',
    });
    expect(await filesOf(disk.directory)).toEqual(before);

    await rm(filler);
    expect(await awaitSuccess(stack.httpUrl, run, 60_000)).toBe(2);
    const { answered, problems } = await traffic.stop();
    expect(problems).toEqual([]);
    expect(answered).toBeGreaterThan(10);
    const after = await filesOf(disk.directory);
    expect(after.filter((path) => path.startsWith('~partial/'))).toEqual([]);
    expect(after).toEqual(expect.arrayContaining(['models/simple_classifier/versions/2/manifest.json']));
  }, 120_000);
});

/** Writes until there is no space left, not for a single byte. */
async function fillDisk(path: string): Promise<void> {
  for (const bytes of [1024 * 1024, 64 * 1024, 4 * 1024, 1]) {
    const chunk = Buffer.alloc(bytes);
    while (await writeFile(path, chunk, { flag: 'a' }).then(() => true, () => false));
  }
}

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1)).sort();
}
