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
    for (const rows of batchRows) runs.push({ threads: count, rows, ...(await measureRate(model, rows, runMs)) });
    await engine.close();
  }
  return runs;
});

/** Over at least `runMs`, after a first run that pays for allocations. */
async function measureRate(model: LoadedModel, rows: number, runMs: number): Promise<Pick<CeilingRun, 'rowsPerSecond' | 'cpuCores'>> {
  const inputs = rampInputs(model.signature, rows);
  await model.run(inputs);
  const startedMs = performance.now();
  const cpuAtStart = process.cpuUsage();
  let runs = 0;
  let elapsedMs = 0;
  while (elapsedMs < runMs) {
    await model.run(inputs);
    runs += 1;
    elapsedMs = performance.now() - startedMs;
  }
  const { user, system } = process.cpuUsage(cpuAtStart);
  return { rowsPerSecond: (runs * rows * 1_000) / elapsedMs, cpuCores: (user + system) / 1_000 / elapsedMs };
}
