import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadPipelines } from './load-pipelines.js';

const shipped = fileURLToPath(new URL('../../../pipelines', import.meta.url));
const good = { name: 'digits', model: 'digits', dataset: 'mnist', trainer: 'mnist-cnn', epochs: 3, batchSize: 64, learningRate: 0.01 };

describe('loadPipelines', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pipelines-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('finds the two pipelines the box comes with, on Monday and Sunday at 02:00, gated at 97 %', async () => {
    const pipelines = await loadPipelines(shipped);
    expect([...pipelines.values()].map(({ name, schedule, gate }) => ({ name, schedule, minimum: gate.minimum }))).toEqual([
      { name: 'mnist', schedule: '0 2 * * 1', minimum: 0.97 },
      { name: 'simple_classifier', schedule: '0 2 * * 0', minimum: 0.97 },
    ]);
  });

  it('leaves files that are no pipelines alone', async () => {
    await write('digits.json', good);
    await writeFile(join(folder, 'README.md'), 'Pipelines.');
    expect([...(await loadPipelines(folder)).keys()]).toEqual(['digits']);
  });

  it('names file and field of every problem in every file', async () => {
    await write('digits.json', { ...good, epochs: 0, gate: { minimum: 97 } });
    await writeFile(join(folder, 'broken.json'), '{');
    const problems = await problemsOf(folder);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toBe('The pipeline file "broken.json" is not valid JSON.');
    expect(problems[1]).toMatch(/^The pipeline file "digits.json" has a problem in the field "epochs": .+\.$/);
    expect(problems[2]).toMatch(/^The pipeline file "digits.json" has a problem in the field "gate.minimum": .+\.$/);
  });

  it('refuses a field it does not know, which may be one mistyped', async () => {
    await write('digits.json', { ...good, shedule: '0 2 * * 1' });
    expect(await problemsOf(folder)).toEqual([expect.stringContaining('shedule')]);
  });

  it('refuses a file that is called otherwise than its pipeline', async () => {
    await write('numbers.json', good);
    expect(await problemsOf(folder)).toEqual(['The pipeline file "numbers.json" names the pipeline "digits"; it must be called "digits.json".']);
  });

  it('says so when there is no such folder', async () => {
    expect(await problemsOf(join(folder, 'nowhere'))).toEqual(['The folder of pipeline files cannot be read; PIPELINES_DIRECTORY must name one.']);
  });

  function write(file: string, value: unknown): Promise<void> {
    return writeFile(join(folder, file), JSON.stringify(value));
  }
});

async function problemsOf(folder: string): Promise<string[]> {
  const outcome = await loadPipelines(folder).then(() => '', (error: Error) => error.message);
  return outcome.split('\n');
}
