import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { ModelArtifact } from '@switchyard/engine';
import { createOnnxEngine } from './onnx-engine.js';
import { writeOnnx } from './testing/build-onnx.js';

const TASKS = '/proc/self/task';
const [QUICK_THREADS, DEAR_THREADS] = [2, 5];

/** Each row of `size`×`size` numbers is multiplied by itself. */
async function squares(size: number, { isOpen = false, rows = 'n' }: { readonly isOpen?: boolean; readonly rows?: number | string } = {}): Promise<ModelArtifact> {
  const side = isOpen ? 'a' : size;
  const dims = [rows, side, side];
  const directory = await writeOnnx({ inputs: [['x', 'float32', dims]], outputs: [['y', 'float32', dims]], nodes: [['MatMul', ['x', 'x'], ['y']]] });
  const spec = { dtype: 'float32' as const, shape: isOpen ? [-1, -1, -1] : [-1, size, size], finite: false };
  return { format: 'onnx', directory, signature: { inputs: [{ ...spec, name: 'x' }], outputs: [{ ...spec, name: 'y' }] } };
}

// The library starts one thread less than a run may use: the caller's is the first.
(existsSync(TASKS) ? describe : describe.skip)('threads within a run', () => {
  const engine = createOnnxEngine({ intraOpThreads: QUICK_THREADS, dearRowThreads: DEAR_THREADS });
  afterAll(() => engine.close());

  const threadsFor = async (artifact: ModelArtifact): Promise<number> => {
    const before = await readdir(TASKS);
    const model = await engine.load(artifact);
    const during = await readdir(TASKS);
    await model.dispose();
    const after = await readdir(TASKS);
    await rm(artifact.directory, { recursive: true });
    // Threads that Node starts meanwhile stay.
    return during.filter((thread) => !before.includes(thread) && !after.includes(thread)).length + 1;
  };

  it.each([
    ['few for a model whose row is quick', () => squares(4), QUICK_THREADS],
    ['many for one whose row takes long', () => squares(1_024), DEAR_THREADS],
    ['many for one that takes so many rows at a time that a run takes long', () => squares(256, { rows: 64 }), DEAR_THREADS],
    ['few for one whose sizes only its users know', () => squares(1_024, { isOpen: true }), QUICK_THREADS],
  ])('are %s', async (_, artifact, threads) => {
    expect(await threadsFor(await artifact())).toBe(threads);
  });
});
