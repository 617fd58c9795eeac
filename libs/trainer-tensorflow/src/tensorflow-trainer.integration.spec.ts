import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pipelineSchema, type TrainingProgress } from '@switchyard/training';
import { trainerConformance } from '@switchyard/training/conformance';
import { until } from '@switchyard/test-kit';
import type { DatasetModule } from './fit-messages.js';
import { createTensorflowTrainer } from './tensorflow-trainer.js';

const datasets = { moduleUrl: new URL('../../dataset-sources/dist/index.js', import.meta.url).href, exportName: 'datasetSource' };
const pipeline = pipelineSchema.parse({
  name: 'points', model: 'points', dataset: 'two-feature-points', trainer: 'two-feature-classifier', epochs: 2, batchSize: 100, learningRate: 0.05,
});

trainerConformance({ name: 'tensorflow', create: () => createTensorflowTrainer({ datasets }), pipeline, deterministic: true });

describe('createTensorflowTrainer', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fit-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('learns to tell the two classes of points apart', async () => {
    const { evaluation, signature } = await train({ epochs: 10 });
    expect(evaluation.accuracy).toBeGreaterThan(0.97);
    expect(signature).toEqual({
      inputs: [{ name: 'features', dtype: 'float32', shape: [-1, 2], finite: true }],
      outputs: [{ name: 'probability', dtype: 'float32', shape: [-1, 1], finite: false }],
    });
  }, 60_000);

  it('stops a fit that outlives its time', async () => {
    await expect(train({ epochs: 1_000, timeoutMs: 1_500 })).rejects.toMatchObject({ kind: 'deadline-exceeded', message: 'The fit of pipeline "points" took longer than 1500 ms and was stopped.' });
  }, 60_000);

  it('reports the death of the fitting process, its last words in the cause alone', async () => {
    const dying = moduleOf('export function datasetSource() { console.error("out of wood"); process.abort(); }');
    const trainer = createTensorflowTrainer({ datasets: dying });
    const failure: unknown = await trainer.train(pipeline, { directory, signal: new AbortController().signal, onProgress: () => undefined }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'engine-failed', message: 'The fitting process of pipeline "points" died (SIGABRT).' });
    expect(String((failure as Error).cause)).toContain('out of wood');
  }, 60_000);

  it('does not outlive the process that started it', async () => {
    const pidFile = join(directory, 'pid');
    const endless = { ...pipeline, epochs: 1_000 };
    const noting = moduleOf(`
      import { writeFileSync } from 'node:fs';
      export async function datasetSource(name) {
        writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
        return (await import(${JSON.stringify(datasets.moduleUrl)})).datasetSource(name);
      }`);
    const parent = spawn(process.execPath, ['--input-type=module', '-e', `
      import { createTensorflowTrainer } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
      const onProgress = ({ step }) => { if (step === 'fit') process.kill(process.pid, 'SIGKILL'); };
      await createTensorflowTrainer({ datasets: ${JSON.stringify(noting)} }).train(${JSON.stringify(endless)}, { directory: ${JSON.stringify(directory)}, signal: new AbortController().signal, onProgress });
    `], { stdio: 'ignore' });
    const [, endSignal] = (await once(parent, 'exit')) as [number | null, string | null];
    expect(endSignal).toBe('SIGKILL');
    const pid = Number(await readFile(pidFile, 'utf8'));
    await until(() => !isRunning(pid), { deadlineMs: 10_000, describe: 'the fitting process to end' });
  }, 60_000);

  function train({ epochs, timeoutMs = 60_000, onProgress = () => undefined }: { epochs: number; timeoutMs?: number; onProgress?: (progress: TrainingProgress) => void }): ReturnType<ReturnType<typeof createTensorflowTrainer>['train']> {
    const trainer = createTensorflowTrainer({ datasets, timeoutMs });
    return trainer.train({ ...pipeline, epochs }, { directory, signal: new AbortController().signal, onProgress });
  }
});

function moduleOf(source: string): DatasetModule {
  return { moduleUrl: `data:text/javascript,${encodeURIComponent(source)}`, exportName: 'datasetSource' };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process nobody has waited for yet answers as well, though it has ended.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
