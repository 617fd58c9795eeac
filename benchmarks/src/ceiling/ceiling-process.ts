import type { LoadedModel } from '@switchyard/engine';
import { createOnnxEngine } from '@switchyard/engine-onnx';
import { serveChildTask } from '../child/serve-child-task.js';
import type { CeilingRun, CeilingTask } from './ceiling.js';
import { rampInputs } from './ramp-inputs.js';

serveChildTask<CeilingTask, CeilingRun[]>(async ({ artifact, batchRows, threads, runMs }) => {
  const runs: CeilingRun[] = [];
  for (const count of threads) {
    const engine = createOnnxEngine({ intraOpThreads: count });
    const model = await engine.load(artifact);
    for (const rows of batchRows) runs.push({ threads: count, rows, rowsPerSecond: await measureRate(model, rows, runMs) });
    await engine.close();
  }
  return runs;
});

/** Rows per second over at least `runMs`, after a first run that pays for allocations. */
async function measureRate(model: LoadedModel, rows: number, runMs: number): Promise<number> {
  const inputs = rampInputs(model.signature, rows);
  await model.run(inputs);
  const startedMs = performance.now();
  let runs = 0;
  let elapsedMs = 0;
  while (elapsedMs < runMs) {
    await model.run(inputs);
    runs += 1;
    elapsedMs = performance.now() - startedMs;
  }
  return (runs * rows * 1_000) / elapsedMs;
}
