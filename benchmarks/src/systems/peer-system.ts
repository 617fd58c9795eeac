import { freePort, requireFreePort } from '@switchyard/local-stack';
import { ServingError } from '@switchyard/errors';
import { startScript } from '../peers/absent-peer.js';
import type { ChosenPeer } from '../peers/peer.js';
import { assertPortOwnedBy } from '../processes/port-owners.js';
import { ProcessTree } from '../processes/process-tree.js';
import type { Asked, Workload } from '../workloads/workload.js';
import { awaitAnswer } from './await-answer.js';
import type { RunningSystem, System } from './system.js';

export interface PeerSystemOptions {
  readonly peer: ChosenPeer;
  /** Where it was set up, absolute. */
  readonly directory: string;
  /** It is up once each has had a right answer. */
  readonly probes: readonly Workload[];
}

/** A running peer, and the port from which its start script derives others. */
export interface RunningPeer extends RunningSystem {
  readonly port: number;
}

/** A process that loads TensorFlow on a busy machine takes its time. */
const SERVING_DEADLINE_MS = 120_000;
const STOP_GRACE_MS = 10_000;
/** What start scripts take besides the port itself: metrics and gRPC, and a Redis. */
const FURTHER_PORTS = [1, 2, 1_000];
const PORT_ATTEMPTS = 20;
const HIGHEST_PORT = 65_535;

/** A Python server at its best: with `GC_FREEZE`, its collections leave the objects of the libraries alone. */
export function peerSystem(options: PeerSystemOptions): System {
  return { name: options.peer.name, isOptional: true, start: () => startPeer(options) };
}

/** @throws ServingError when it does not answer rightly, or another program has its port; nothing is left running */
export async function startPeer({ peer, directory, probes }: PeerSystemOptions): Promise<RunningPeer> {
  const port = await freePeerPort();
  const startedMs = performance.now();
  const tree = new ProcessTree({
    name: peer.name,
    command: '/usr/bin/env',
    args: [`ENGINE=${peer.engine}`, 'GC_FREEZE=1', startScript(directory, peer), String(port)],
    cwd: directory,
  });
  const urlsOf = ({ model, format }: Asked): string[] => {
    const path = peer.paths[model]?.[format.name];
    return path === undefined ? [] : [`http://127.0.0.1:${port}${path}`];
  };
  try {
    let startUpMs = 0;
    for (const workload of probes) {
      await awaitAnswer({ url: urlsOf(workload)[0] ?? '', workload, deadlineMs: SERVING_DEADLINE_MS, assertAlive: () => tree.assertRunning() });
      if (startUpMs === 0) startUpMs = performance.now() - startedMs;
    }
    assertPortOwnedBy(port, tree.pids());
    return { startUpMs, port, urlsOf, processes: () => tree.pids().map((pid) => ({ name: peer.name, pid })), stop: () => tree.stop(STOP_GRACE_MS) };
  } catch (error) {
    await tree.stop(STOP_GRACE_MS);
    throw error;
  }
}

/** One that is free together with those derived from it. */
async function freePeerPort(): Promise<number> {
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
    const port = await freePort();
    if (port + Math.max(...FURTHER_PORTS) <= HIGHEST_PORT && (await areFree(FURTHER_PORTS.map((further) => port + further)))) return port;
  }
  throw new ServingError('conflict', `No port is free together with the ${FURTHER_PORTS.length} that start scripts derive from it.`);
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  try {
    for (const port of ports) await requireFreePort(port, '127.0.0.1', '');
    return true;
  } catch {
    return false;
  }
}
