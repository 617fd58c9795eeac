import { failureCount, type Mark } from '../report/marks.js';
import type { LoadSummary, Summary, SystemSummary } from '../report/summarize.js';
import { SERVING_PARTS, pssOf } from './resources-of.js';
import { SWITCHYARD, isSwitchyard } from './names.js';

/** Rows, as JSON, at 64 and 256 connections: over the best peer's requests per second, and of its p99. */
const OVER_BEST_PEER = 2;
const P99_OF_BEST_PEER: Readonly<Record<number, number>> = { 64: 1 / 2, 256: 2 / 3 };
const OVER_BENTO_ML = 8;
const OVER_CELERY = 50;
/** FastAPI's on TensorFlow, where it is not measured in the same run. */
const LONE_P50_MS = 0.7;
const MESSAGE_OVER_JSON = 1.5;
const BATCHES_OF_CEILING = 0.7;
const PICTURES_OF_CEILING = 0.85;
const TENSOR_OVER_JSON = 3;
/** mosec's with one worker and both models. */
const MEMORY_MB = 569;
const START_UP_MS = 3_000;
const MEGABYTE = 2 ** 20;

/** Holds the summary against what issue and README promise, as ratios of medians. What was not measured has no mark. */
export function evaluatePeerMarks({ systems }: Summary): Mark[] {
  const own = systems.find(({ name }) => name === SWITCHYARD);
  if (own === undefined) return [];
  const peers = systems.filter(({ name }) => !isSwitchyard(name));
  return [
    ...Object.keys(P99_OF_BEST_PEER).flatMap((connections) => rowMarks(own, peers, Number(connections))),
    ...loneMark(own, peers),
    ...ofWork(own, 'messages').flatMap((load) => overMark(load, find(own, 'rows', load.connections), MESSAGE_OVER_JSON)),
    ...ofWork(own, 'batches').map((load) => ceilingMark(load, BATCHES_OF_CEILING)),
    ...[8, 32].flatMap((connections) => pictureMarks(own, peers, connections)),
    ...tensorMarks(systems),
    ...memoryMark(own),
    ...startUpMark(own),
    ...rightnessMark(systems.filter(({ name }) => isSwitchyard(name))),
  ];
}

function ofWork({ loads }: SystemSummary, work: string): LoadSummary[] {
  return loads.filter((load) => load.work === work);
}

function find(system: SystemSummary, work: string, connections: number): LoadSummary | undefined {
  return ofWork(system, work).find((load) => load.connections === connections);
}

interface PeerLoad {
  readonly peer: string;
  readonly load: LoadSummary;
}

function loadsOf(peers: readonly SystemSummary[], work: string, connections: number): PeerLoad[] {
  return peers.flatMap((peer) => ofWork(peer, work).filter((load) => load.connections === connections).map((load) => ({ peer: peer.name, load })));
}

function bestOf(loads: readonly PeerLoad[]): PeerLoad | undefined {
  return [...loads].sort((a, b) => b.load.requestsPerSecond - a.load.requestsPerSecond)[0];
}

function rowMarks(own: SystemSummary, peers: readonly SystemSummary[], connections: number): Mark[] {
  const load = find(own, 'rows', connections);
  const all = loadsOf(peers, 'rows', connections);
  const best = bestOf(all);
  if (load === undefined || best === undefined) return [];
  const named = (name: string, times: number): Mark[] => all.filter(({ peer }) => peer.startsWith(name)).map((peer) => throughputMark(load, peer, times));
  const share = P99_OF_BEST_PEER[connections] ?? NaN;
  return [
    throughputMark(load, best, OVER_BEST_PEER, 'the best peer'),
    {
      promise: `${titleOf(load)}: p99 at most ${share.toFixed(2)} × the best peer's`,
      measured: `${(load.p99Ms / best.load.p99Ms).toFixed(2)} × (${load.p99Ms.toFixed(1)} ms, ${best.peer} ${best.load.p99Ms.toFixed(1)} ms)`,
      isMet: load.p99Ms <= share * best.load.p99Ms,
    },
    ...named('BentoML', OVER_BENTO_ML),
    ...named('Celery', OVER_CELERY),
  ];
}

function throughputMark(load: LoadSummary, { peer, load: other }: PeerLoad, times: number, called: string = peer): Mark {
  const ratio = load.requestsPerSecond / other.requestsPerSecond;
  return {
    promise: `${titleOf(load)}: at least ${times} × ${called}`,
    measured: `${ratio.toFixed(2)} × (${load.requestsPerSecond.toFixed(0)} req/s, ${peer} ${other.requestsPerSecond.toFixed(0)})`,
    isMet: ratio >= times,
  };
}

function loneMark(own: SystemSummary, peers: readonly SystemSummary[]): Mark[] {
  const load = find(own, 'rows', 1);
  if (load === undefined) return [];
  const peer = loadsOf(peers, 'rows', 1).find((each) => each.peer.startsWith('FastAPI') && each.peer.endsWith('TensorFlow'));
  const limitMs = peer?.load.p50Ms ?? LONE_P50_MS;
  return [{
    promise: `${titleOf(load)}: p50 at most ${peer === undefined ? `${LONE_P50_MS} ms, as FastAPI on TensorFlow had it once` : `that of ${peer.peer}`}`,
    measured: `${load.p50Ms.toFixed(2)} and ${limitMs.toFixed(2)} ms`,
    isMet: load.p50Ms <= limitMs,
  }];
}

/** How often one format does what another does. */
function overMark(load: LoadSummary, base: LoadSummary | undefined, times: number): Mark[] {
  if (base === undefined) return [];
  const ratio = load.requestsPerSecond / base.requestsPerSecond;
  return [{
    promise: `${titleOf(load)}: at least ${times} × JSON`,
    measured: `${ratio.toFixed(2)} × (${load.requestsPerSecond.toFixed(0)} and ${base.requestsPerSecond.toFixed(0)} req/s)`,
    isMet: ratio >= times,
  }];
}

function ceilingMark(load: LoadSummary, share: number): Mark {
  return {
    promise: `${titleOf(load)}: at least ${(share * 100).toFixed(0)} % of what the engine does alone`,
    measured: `${(load.ratioToCeiling * 100).toFixed(1)} % (${load.rowsPerSecond.toFixed(0)} rows/s)`,
    isMet: load.ratioToCeiling >= share,
  };
}

function pictureMarks(own: SystemSummary, peers: readonly SystemSummary[], connections: number): Mark[] {
  const load = find(own, 'pictures', connections);
  if (load === undefined) return [];
  const best = bestOf(loadsOf(peers, 'pictures', connections));
  return [...(best === undefined ? [] : [throughputMark(load, best, 1, 'the best peer')]), ceilingMark(load, PICTURES_OF_CEILING)];
}

function tensorMarks(systems: readonly SystemSummary[]): Mark[] {
  const loads = systems.flatMap((system) => ofWork(system, 'tensors'));
  const json = loads.find(({ format }) => format.endsWith('JSON'));
  return loads.filter((load) => load !== json).flatMap((load) => overMark(load, json, TENSOR_OVER_JSON));
}

/** The highest under rows and pictures; the promise is about both models, so both must have been asked. */
function memoryMark({ loads }: SystemSummary): Mark[] {
  if (!loads.some(({ work }) => work === 'pictures')) return [];
  const bytes = loads.filter(({ work }) => work === 'rows' || work === 'pictures').flatMap((load) => pssOf(load, SERVING_PARTS) ?? []);
  if (bytes.length === 0) return [];
  const megabytes = Math.max(...bytes) / MEGABYTE;
  return [{ promise: `memory of api, inference-worker and Redis at most mosec's ${MEMORY_MB} MB`, measured: `${megabytes.toFixed(0)} MB at most`, isMet: megabytes <= MEMORY_MB }];
}

function startUpMark({ startUpMs }: SystemSummary): Mark[] {
  if (startUpMs === null) return [];
  return [{ promise: 'start to the first right answer within 3 s, the model being there', measured: `${(startUpMs / 1_000).toFixed(1)} s`, isMet: startUpMs < START_UP_MS }];
}

function rightnessMark(systems: readonly SystemSummary[]): Mark[] {
  const loads = systems.flatMap((system) => system.loads);
  if (loads.length === 0 && systems.every(({ startUpMs }) => startUpMs !== null)) return []; // none was asked for
  const failed = loads.reduce((sum, load) => sum + failureCount(load), 0);
  return [{
    promise: 'no request to Switchyard fails, every answer that was looked at is right',
    measured: `${failed} failed or wrong`,
    isMet: failed === 0 && loads.length > 0 && loads.every(({ checkedAnswers }) => checkedAnswers > 0),
  }];
}

function titleOf({ work, connections, format }: LoadSummary): string {
  const titles: Readonly<Record<string, string>> = { rows: 'MNIST, one row, JSON', messages: `MNIST, one row, ${format}`, pictures: 'MobileNetV2, JPEG', batches: `MNIST, 1,000 rows, ${format}`, tensors: `picture as floats, ${format}` };
  return `${titles[work] ?? work}, ${connections} ${connections === 1 ? 'connection' : 'connections'}`;
}
