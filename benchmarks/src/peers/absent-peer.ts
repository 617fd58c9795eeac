import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ChosenPeer } from './peer.js';

/** A peer that was not measured. */
export interface AbsentPeer {
  readonly peer: string;
  /** Why, as the end of a sentence. */
  readonly reason: string;
}

/** Where the peers' programs are, below the folder of their set-up. */
export const PEERS_PYTHON = join('v-main', 'bin', 'python');

export function startScript(directory: string, { script }: Pick<ChosenPeer, 'script'>): string {
  return join(directory, `serve_${script}.sh`);
}

/** Why a peer cannot be started here; null when it can, as far as files tell. */
export function absenceOf(peer: ChosenPeer, directory: string | undefined): AbsentPeer | null {
  if (directory === undefined) return { peer: peer.name, reason: 'BENCH_PEERS_DIRECTORY names no folder in which it was set up' };
  const missing = [startScript(directory, peer), join(directory, PEERS_PYTHON)].find((file) => !existsSync(file));
  return missing === undefined ? null : { peer: peer.name, reason: `${missing.slice(directory.length + 1)} is not in BENCH_PEERS_DIRECTORY` };
}
