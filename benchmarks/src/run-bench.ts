import { findRedisBinary } from '@switchyard/local-stack';
import type { BenchConfig } from './bench.config.js';
import { runPasses, type PlannedLoad } from './measure/run-passes.js';
import type { Timings } from './measure/timings.js';
import { MNIST, openMnist, type OpenMnist } from './open-mnist.js';
import { profileServices, type ServiceProfiles } from './profile/profile-services.js';
import { writeBaseline } from './regression/baseline.js';
import { measureRatio, type RatioFigures } from './regression/measure-ratio.js';
import type { BenchReport } from './report/bench-report.js';
import { describeMachine } from './report/machine.js';
import { evaluateMarks } from './report/marks.js';
import { summarize } from './report/summarize.js';
import { readVersions } from './report/versions.js';
import { switchyardSystem } from './systems/switchyard-system.js';
import type { Workload } from './workloads/workload.js';

/** Different images, sent in turn: as many as the connections of the load that has a mark. */
const IMAGES = 64;
const MNIST_TEST_IMAGES = 10_000;

/** Measures Switchyard under images of MNIST. @throws ServingError when it does not start, or the model cannot be had */
export async function runBench(config: BenchConfig, say: (line: string) => void): Promise<BenchReport> {
  const mnist = await openMnist(config.SWITCHYARD_HOME, say);
  try {
    const { artifact, objects } = mnist;
    const timings = timingsOf(config);
    const systems = [{ system: switchyardSystem({ objects, workers: config.BENCH_WORKERS }), loads: await plannedLoads(mnist, config) }];
    const figures = await runPasses({ systems, passes: config.BENCH_PASSES, timings, ceilings: [{ model: MNIST, artifact }], say });
    const summary = summarize(figures);
    return {
      name: config.BENCH_NAME,
      date: new Date().toISOString(),
      command: 'npm run bench',
      versions: readVersions(config.root, findRedisBinary()),
      machine: describeMachine(),
      workload: `MNIST, ${config.BENCH_ROWS_PER_REQUEST === 1 ? 'one row' : `${config.BENCH_ROWS_PER_REQUEST} rows`} per request`,
      timings,
      summary,
      marks: summary.systems.flatMap(evaluateMarks),
      figures,
    };
  } finally {
    await mnist.close();
  }
}

/** Where the api and the worker spend their time under the same requests. @throws ServingError as `runBench` */
export async function runProfile(config: BenchConfig, say: (line: string) => void): Promise<ServiceProfiles> {
  const mnist = await openMnist(config.SWITCHYARD_HOME, say);
  try {
    const workload = await mnist.workload(requestsOf(config));
    return await profileServices({ objects: mnist.objects, root: config.root, workload, connections: config.BENCH_PROFILE_CONNECTIONS, ...timingsOf(config) });
  } finally {
    await mnist.close();
  }
}

/** Measures what later changes are held against, and writes it down to be committed. @returns the figures @throws ServingError as `runBench` */
export async function runBaseline(config: BenchConfig, say: (line: string) => void): Promise<RatioFigures> {
  const mnist = await openMnist(config.SWITCHYARD_HOME, say);
  try {
    const figures = await measureRatio(mnist);
    const { ratio, rounds } = figures;
    const command = 'npm run bench -- --baseline';
    const versions = readVersions(config.root, findRedisBinary());
    await writeBaseline({ ratio, rounds, date: new Date().toISOString(), command, machine: describeMachine(), versions });
    return figures;
  } finally {
    await mnist.close();
  }
}

/** The first format under every number of connections, the others under one. */
async function plannedLoads(mnist: OpenMnist, config: BenchConfig): Promise<PlannedLoad[]> {
  const [first, ...others] = await Promise.all(config.BENCH_FORMATS.map((format) => mnist.workload({ ...requestsOf(config), format })));
  return [
    ...config.BENCH_CONNECTIONS.map((connections) => ({ work: MNIST, workload: first as Workload, connections })),
    ...others.map((workload) => ({ work: MNIST, workload, connections: config.BENCH_FORMAT_CONNECTIONS })),
  ];
}

export function timingsOf(config: BenchConfig): Timings {
  return { warmUpMs: config.BENCH_WARMUP_SECONDS * 1_000, measureMs: config.BENCH_SECONDS * 1_000, ceilingRunMs: config.BENCH_CEILING_SECONDS * 1_000 };
}

function requestsOf({ BENCH_ROWS_PER_REQUEST: rowsPerRequest }: BenchConfig): { rowsPerRequest: number; requests: number } {
  return { rowsPerRequest, requests: Math.min(IMAGES, Math.floor(MNIST_TEST_IMAGES / rowsPerRequest)) };
}
