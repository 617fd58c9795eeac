import { createOnnxEngine } from '@switchyard/engine-onnx';
import { findRedisBinary } from '@switchyard/local-stack';
import type { BenchConfig } from './bench.config.js';
import { runPasses } from './measure/run-passes.js';
import type { BenchReport } from './report/bench-report.js';
import { describeMachine } from './report/machine.js';
import { evaluateMarks } from './report/marks.js';
import { summarize } from './report/summarize.js';
import { readVersions } from './report/versions.js';
import { championArtifact } from './systems/champion-artifact.js';
import { switchyardSystem } from './systems/switchyard-system.js';
import { trainedObjects } from './systems/trained-objects.js';
import { mnistRows } from './workloads/mnist-rows.js';

const MODEL = 'mnist';
/** Different images, sent in turn. */
const REQUESTS = 64;

/** Measures Switchyard under single rows of MNIST. @throws ServingError when it does not start, or the model cannot be had */
export async function runBench(config: BenchConfig, say: (line: string) => void): Promise<BenchReport> {
  const trained = await trainedObjects(config.SWITCHYARD_HOME, MODEL, say);
  const engine = createOnnxEngine();
  try {
    const artifact = await championArtifact(trained.objects, MODEL);
    const workload = await mnistRows({ model: await engine.load(artifact), rowsPerRequest: 1, requests: REQUESTS });
    const timings = { warmUpMs: config.BENCH_WARMUP_SECONDS * 1_000, measureMs: config.BENCH_SECONDS * 1_000, ceilingRunMs: config.BENCH_CEILING_SECONDS * 1_000 };
    const systems = [switchyardSystem({ objects: trained.objects, workers: config.BENCH_WORKERS })];
    const figures = await runPasses({ systems, workload, connections: config.BENCH_CONNECTIONS, passes: config.BENCH_PASSES, timings, artifact, say });
    const summary = summarize(figures);
    return {
      name: config.BENCH_NAME,
      date: new Date().toISOString(),
      command: 'npm run bench',
      versions: readVersions(config.root, findRedisBinary()),
      machine: describeMachine(),
      workload: workload.description,
      timings,
      summary,
      marks: summary.systems.flatMap(evaluateMarks),
      figures,
    };
  } finally {
    await engine.close();
    await trained.remove();
  }
}
