import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestStack } from '@switchyard/test-kit';
import { awaitChampions } from './await-champions.js';
import { keptTrainedObjects } from './trained-objects.config.js';

/** What a first start on an empty store did, kept for the specs that come after it in the same run. */
export interface FirstStart {
  /** From the start of the first process until both models had a champion that serves. */
  readonly durationMs: number;
  /** `training.progress` lines of the trainer, in order. */
  readonly progress: readonly { readonly pipeline: string; readonly step: string; readonly message: string; readonly epoch?: number }[];
  /** Folder of the object store afterwards. Copy it, do not write to it. */
  readonly objectsDirectory: string;
}

const TRAINING_DEADLINE_MS = 300_000;

/**
 * The first start, for real: four processes, an empty store, both pipelines trained, gated, compiled, published.
 * It takes a minute, so it is done once per run of the tests (jest runs e2e files in one process) and its store is handed on.
 */
export async function firstStart(): Promise<FirstStart> {
  const directory = keptTrainedObjects ?? join(tmpdir(), `switchyard-e2e-${process.pid}`);
  const record = join(directory, 'first-start.json');
  const done = await readFile(record, 'utf8').catch(() => null);
  if (done !== null) return JSON.parse(done) as FirstStart;
  const result = await trainOnce(directory);
  await writeFile(`${record}.partial`, JSON.stringify(result));
  await rename(`${record}.partial`, record);
  return result;
}

async function trainOnce(directory: string): Promise<FirstStart> {
  const startedAtMs = performance.now();
  const stack = await startTestStack();
  try {
    await awaitChampions(stack.httpUrl, ['mnist', 'simple_classifier'], TRAINING_DEADLINE_MS);
    const durationMs = performance.now() - startedAtMs;
    const objectsDirectory = join(directory, 'objects');
    await mkdir(directory, { recursive: true });
    await cp(join(stack.directory, 'objects'), objectsDirectory, { recursive: true });
    return { durationMs, objectsDirectory, progress: progressOf(stack.lines) };
  } finally {
    await stack.close();
  }
}

function progressOf(lines: readonly { readonly source: string; readonly line: string }[]): FirstStart['progress'] {
  return lines
    .filter(({ source, line }) => source === 'trainer' && line.includes('"training.progress"'))
    .map(({ line }) => JSON.parse(line) as FirstStart['progress'][number]);
}
