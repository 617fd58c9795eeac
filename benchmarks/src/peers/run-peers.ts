import { availableParallelism } from 'node:os';
import { findRedisBinary } from '@switchyard/local-stack';
import type { BenchConfig } from '../bench.config.js';
import { runPasses, type CeilingSubject, type PassesFigures } from '../measure/run-passes.js';
import { openBenchModels, type BenchModels } from '../models/bench-models.js';
import { describeMachine } from '../report/machine.js';
import { summarize } from '../report/summarize.js';
import { readVersions } from '../report/versions.js';
import { timingsOf } from '../run-bench.js';
import { absenceOf } from './absent-peer.js';
import { summarizeExtra, type PeersExtra } from './extra.js';
import { evaluateExtraMarks } from './extra-marks.js';
import { parsePeer } from './peer.js';
import { evaluatePeerMarks } from './peer-marks.js';
import { readPeerVersions } from './peer-versions.js';
import type { PeersReport } from './peers-report.js';
import { planLoads, type PeerLoads } from './plan-loads.js';
import { planSystems } from './plan-systems.js';

/** They differ from machine to machine, and figures do not depend on them. */
const PATHS = ['BENCH_PEERS_DIRECTORY', 'SWITCHYARD_HOME'];

/** Batch sizes of the models whose rows are pictures: larger ones are slower and take seconds. */
const PICTURE_BATCH_ROWS = [1, 4, 16];

/** Measures Switchyard and every peer that is there, one after the other. @throws ServingError when Switchyard does not start, or a model cannot be had */
export async function runPeers(config: BenchConfig, say: (line: string) => void): Promise<PeersReport> {
  const { BENCH_PEERS_DIRECTORY: peersDirectory, BENCH_WORKS: works } = config;
  const peers = config.BENCH_PEERS.map(parsePeer);
  const absent = peers.flatMap((peer) => absenceOf(peer, peersDirectory) ?? []);
  for (const { peer, reason } of absent) say(`${peer} is left out: ${reason}.`);
  const models = await openBenchModels({ peersDirectory, home: config.SWITCHYARD_HOME, say });
  try {
    const loads = await planLoads({ models, works, connections: config.BENCH_CONNECTIONS, peersDirectory });
    const present = peers.filter(({ name }) => !absent.some(({ peer }) => peer === name));
    const timings = timingsOf(config);
    const systems = planSystems({ models, loads, config, say }, present);
    const figures = await runPasses({ systems, passes: config.BENCH_PASSES, timings, ceilings: ceilingsOf(models, loads), say });
    const [summary, extra] = [summarize(figures), summarizeExtra(figures)];
    return {
      name: config.BENCH_NAME,
      date: new Date().toISOString(),
      command: 'npm run bench:peers',
      settings: Object.fromEntries(Object.entries(config.changed).filter(([name]) => !PATHS.includes(name))),
      versions: { ...readVersions(config.root, findRedisBinary()), ...(peersDirectory === undefined ? {} : readPeerVersions(peersDirectory)) },
      machine: describeMachine(),
      timings,
      omissions: [...omissionsOf(models, config), ...failuresOf(figures, peersDirectory)],
      absent,
      summary,
      extra,
      marks: [...evaluatePeerMarks(summary), ...evaluateExtraMarks(extra)],
      figures,
    };
  } finally {
    await models.close();
  }
}

function ceilingsOf({ mnist, mobilenet, pooling }: BenchModels, { loads, tensorLoads, processLoads }: PeerLoads): CeilingSubject[] {
  const ofPictures = [mobilenet, pooling].flatMap((model) => (model === null ? [] : [{ model: model.name, artifact: model.artifact, batchRows: PICTURE_BATCH_ROWS }]));
  const asked = new Set([...loads, ...tensorLoads, ...processLoads].map(({ workload }) => workload.model));
  return [{ model: mnist.name, artifact: mnist.artifact }, ...ofPictures].filter(({ model }) => asked.has(model));
}

/** What began and was not measured to the end. What a server said of it may hold paths of this machine. */
function failuresOf({ passes }: PassesFigures<PeersExtra>, peersDirectory: string | undefined): string[] {
  const withoutPaths = (text: string): string => (peersDirectory === undefined ? text : text.replaceAll(peersDirectory, '…'));
  return passes.flatMap((systems, index) => systems.flatMap(({ system, failure }) => (failure === null ? [] : [`${system} was not measured to the end in pass ${index + 1}: ${withoutPaths(failure)}`])));
}

function omissionsOf({ mobilenet }: BenchModels, { BENCH_WORKS: works }: BenchConfig): string[] {
  return [
    ...(mobilenet === null && works.includes('pictures') ? ['Pictures were left out: their model, MobileNetV2, comes with the peers, and BENCH_PEERS_DIRECTORY is not set. MNIST is the model that this project trains.'] : []),
    ...(works.includes('processes') ? [`More processes share ${availableParallelism()} cores with the load generator: where those are busy already, more processes cannot add anything.`] : []),
  ];
}
