import type { BenchConfig } from '../bench.config.js';
import { measureJobs } from '../measure/measure-jobs.js';
import { measureMixed } from '../measure/measure-mixed.js';
import type { PlannedLoad, PlannedSystem } from '../measure/run-passes.js';
import type { BenchModels } from '../models/bench-models.js';
import { timingsOf } from '../run-bench.js';
import { peerSystem } from '../systems/peer-system.js';
import { switchyardSystem, type SwitchyardOptions } from '../systems/switchyard-system.js';
import type { RunningSystem, System } from '../systems/system.js';
import { describeJobs, describeMixed } from './describe-extra.js';
import type { PeersExtra } from './extra.js';
import { measureCeleryJobs } from './measure-celery-jobs.js';
import { SWITCHYARD } from './names.js';
import { PEER_WORKS, type ChosenPeer } from './peer.js';
import type { PeerLoads } from './plan-loads.js';

/** What all systems are planned from. */
export interface SystemsPlan {
  readonly models: BenchModels;
  readonly loads: PeerLoads;
  readonly config: BenchConfig;
  readonly say: (line: string) => void;
}

/** A trickle is measured as long as so many loads: a percentile of few requests is chance. */
const TRICKLE_LOADS = 4;
/** How Switchyard is asked while it starts. */
const PROBE_FORMATS = ['tf-serving-json', 'form-file'];

/** Ours in several settings, then the peers; those of which nothing is asked are left out. */
export function planSystems(plan: SystemsPlan, peers: readonly ChosenPeer[]): PlannedSystem<PeersExtra>[] {
  const systems = [ourOwn(plan), ourTensors(plan), ...withMoreProcesses(plan), ...peers.map((peer) => planPeer(plan, peer))];
  return systems.filter(({ loads, extra }) => loads.length > 0 || extra !== undefined);
}

function ours(options: Omit<SwitchyardOptions, 'isOptional'>): System {
  return switchyardSystem({ ...options, isOptional: true });
}

/** Each model is loaded where it is asked only: memory is compared too. */
function ourOwn({ models: { objects, mnist, mobilenet }, loads: planned, config, say }: SystemsPlan): PlannedSystem<PeersExtra> {
  const models = [mnist, mobilenet].flatMap((model) => model?.name ?? []);
  const probes = planned.probes.filter(({ format }) => PROBE_FORMATS.includes(format.name));
  const isMore = config.BENCH_WORKS.some((work) => work === 'jobs' || work === 'mixed');
  const extra = (running: RunningSystem): Promise<PeersExtra> => measureExtra(running, { planned, config, say });
  return { system: ours({ name: SWITCHYARD, objects, models, probes }), loads: planned.loads, ...(isMore ? { extra } : {}) };
}

function ourTensors({ models: { objects, pooling }, loads: { tensorLoads } }: SystemsPlan): PlannedSystem<PeersExtra> {
  const probes = tensorLoads.slice(0, 1).map(({ workload }) => workload);
  return { system: ours({ name: `${SWITCHYARD}, one model`, objects, models: [pooling.name], probes }), loads: tensorLoads };
}

function withMoreProcesses({ models: { objects }, loads: { processLoads, row } }: SystemsPlan): PlannedSystem<PeersExtra>[] {
  const settings = [
    { name: `${SWITCHYARD}, 2 workers`, workers: 2 },
    { name: `${SWITCHYARD}, 4 workers`, workers: 4 },
    { name: `${SWITCHYARD}, 2 apis`, apis: 2 },
  ];
  return settings.map((options) => ({ system: ours({ ...options, objects, probes: [row] }), loads: processLoads }));
}

function planPeer({ loads: { loads, probes, row }, config, say }: SystemsPlan, peer: ChosenPeer): PlannedSystem<PeersExtra> {
  const { BENCH_PEERS_DIRECTORY: directory = '', BENCH_WORKS: works, BENCH_CELERY_JOBS: count } = config;
  const takes = ({ model, format }: PeerLoads['row']): boolean => peer.paths[model]?.[format.name] !== undefined;
  const isWanted = ({ work, connections }: PlannedLoad): boolean => PEER_WORKS.includes(work) && (!peer.isLoneOnly || (work === 'rows' && connections === 1));
  const extra = async (running: RunningSystem): Promise<PeersExtra> => {
    const jobs = await measureCeleryJobs(running, { row, count, directory });
    say(`  ${describeJobs(jobs)}`);
    return { jobs, mixed: null };
  };
  return {
    system: peerSystem({ peer, directory, probes: probes.filter(takes) }),
    loads: loads.filter((load) => takes(load.workload) && isWanted(load)),
    ...(peer.script === 'celery' && works.includes('jobs') ? { extra } : {}),
  };
}

interface ExtraPlan extends Pick<SystemsPlan, 'config' | 'say'> {
  readonly planned: PeerLoads;
}

async function measureExtra(running: RunningSystem, { planned: { row, floodRows }, config, say }: ExtraPlan): Promise<PeersExtra> {
  const { BENCH_WORKS: works, BENCH_JOBS: count, BENCH_TRICKLE_RATE: requestsPerSecond } = config;
  const jobs = works.includes('jobs') ? await measureJobs(running, { row, count }) : null;
  if (jobs !== null) say(`  ${describeJobs(jobs)}`);
  if (!works.includes('mixed')) return { jobs, mixed: null };
  const mixed = await measureMixed(running, { row, rows: floodRows, requestsPerSecond, measureMs: TRICKLE_LOADS * timingsOf(config).measureMs });
  say(`  ${describeMixed(mixed)}`);
  return { jobs, mixed };
}
