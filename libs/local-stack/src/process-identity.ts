import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const END_TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** A process as it can be recognised later: ids are given out again, but not with the same start. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words. */
  readonly started: string;
}

/** @returns null when there is no such process, or it has ended and only waits to be noticed */
export function identifyProcess(pid: number): ProcessIdentity | null {
  try {
    const started = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
    return started === null ? null : { pid, started };
  } catch {
    return null;
  }
}

/** Whether the process is still the one it was. */
export function isSameProcess(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.started === identity.started;
}

/** Ends a process if it is still the one it was: asks, and after 10 s insists. */
export async function endProcess(identity: ProcessIdentity): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isSameProcess(identity)) return;
    process.kill(identity.pid, signal);
    const endMs = performance.now() + END_TIMEOUT_MS;
    while (performance.now() < endMs && isSameProcess(identity)) await delay(LOOK_EVERY_MS);
  }
}

/** From proc(5): field 3 of `stat` is the state, field 22 the start in clock ticks since this boot; field 2, in brackets, may hold spaces. */
function startOnLinux(pid: number): string | null {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  const [state] = fields;
  if (state === 'Z' || state === 'X') return null;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
}

function startByPs(pid: number): string | null {
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 5_000 }).trim() || null;
}
