import { availableParallelism } from 'node:os';
import { findRedisBinary } from '@switchyard/local-stack';
import type { BenchConfig } from '../bench.config.js';
import { runPasses, type CeilingSubject, type PlannedSystem } from '../measure/run-passes.js';
import { openBenchModels, type BenchModels } from '../models/bench-models.js';
import { describeMachine } from '../report/machine.js';
import { summarize } from '../report/summarize.js';
import { readVersions } from '../report/versions.js';
import { timingsOf } from '../run-bench.js';
import { peerSystem } from '../systems/peer-system.js';
import { switchyardSystem } from '../systems/switchyard-system.js';
import { absenceOf } from './absent-peer.js';
import { parsePeer, type ChosenPeer } from './peer.js';
import { SWITCHYARD } from './names.js';
import { evaluatePeerMarks } from './peer-marks.js';
import { readPeerVersions } from './peer-versions.js';
import type { PeersReport } from './peers-report.js';
import { planLoads, type PeerLoads } from './plan-loads.js';

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
    const systems = [...planSwitchyards(models, loads), ...planPeers(present, loads, config)];
    const figures = await runPasses({ systems, passes: config.BENCH_PASSES, timings, ceilings: ceilingsOf(models), say });
    const summary = summarize(figures);
    return {
      name: config.BENCH_NAME,
      date: new Date().toISOString(),
      command: 'npm run bench:peers',
      settings: Object.fromEntries(Object.entries(config.changed).filter(([name]) => !PATHS.includes(name))),
      versions: { ...readVersions(config.root, findRedisBinary()), ...(peersDirectory === undefined ? {} : readPeerVersions(peersDirectory)) },
      machine: describeMachine(),
      timings,
      omissions: omissionsOf(models, config),
      absent,
      summary,
      marks: evaluatePeerMarks(summary),
      figures,
    };
  } finally {
    await models.close();
  }
}

/** Each model is loaded where it is asked only: memory is compared too. */
function planSwitchyards({ objects, mnist, mobilenet, pooling }: BenchModels, { loads, tensorLoads, processLoads, probes }: PeerLoads): PlannedSystem[] {
  const own = probes.filter(({ format }) => ['tf-serving-json', 'form-file'].includes(format.name));
  const models = [mnist, mobilenet].flatMap((model) => model?.name ?? []);
  const [firstTensors] = tensorLoads;
  const further = [
    { name: `${SWITCHYARD}, 2 workers`, workers: 2 },
    { name: `${SWITCHYARD}, 4 workers`, workers: 4 },
    { name: `${SWITCHYARD}, 2 apis`, apis: 2 },
  ];
  return [
    { system: switchyardSystem({ name: SWITCHYARD, objects, models, probes: own }), loads },
    ...(firstTensors === undefined ? [] : [{ system: switchyardSystem({ name: `${SWITCHYARD}, one model`, objects, models: [pooling.name], probes: [firstTensors.workload] }), loads: tensorLoads }]),
    ...(processLoads.length === 0 ? [] : further.map((options) => ({ system: switchyardSystem({ ...options, objects, probes: own.slice(0, 1) }), loads: processLoads }))),
  ];
}

function planPeers(peers: readonly ChosenPeer[], { loads, probes }: PeerLoads, { BENCH_PEERS_DIRECTORY: directory = '' }: BenchConfig): PlannedSystem[] {
  return peers.map((peer) => {
    const takes = ({ model, format }: PeerLoads['row']): boolean => peer.paths[model]?.[format.name] !== undefined;
    const asked = loads.filter(({ workload, connections, work }) => takes(workload) && (!peer.isLoneOnly || (work === 'rows' && connections === 1)));
    return { system: peerSystem({ peer, directory, probes: probes.filter(takes) }), loads: asked };
  }).filter(({ loads: asked }) => asked.length > 0);
}

function ceilingsOf({ mnist, mobilenet, pooling }: BenchModels): CeilingSubject[] {
  const ofPictures = [mobilenet, pooling].flatMap((model) => (model === null ? [] : [{ model: model.name, artifact: model.artifact, batchRows: PICTURE_BATCH_ROWS }]));
  return [{ model: mnist.name, artifact: mnist.artifact }, ...ofPictures];
}

function omissionsOf({ mobilenet }: BenchModels, { BENCH_WORKS: works }: BenchConfig): string[] {
  return [
    ...(mobilenet === null && works.includes('pictures') ? ['Pictures were left out: their model, MobileNetV2, comes with the peers, and BENCH_PEERS_DIRECTORY is not set. MNIST is the model that this project trains.'] : []),
    ...(works.includes('processes') ? [`More processes share ${availableParallelism()} cores with the load generator: where those are busy already, more processes cannot add anything.`] : []),
  ];
}
