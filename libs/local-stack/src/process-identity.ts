import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process as it can be recognised later: ids are given out again, so the command line goes with it. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly command: string;
}

/** @returns null when there is no such process */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  const command = await commandLineOf(pid);
  return command === null ? null : { pid, command };
}

/** Whether the process is still the one it was. */
export async function isSameProcess(identity: ProcessIdentity): Promise<boolean> {
  return (await commandLineOf(identity.pid)) === identity.command;
}

async function commandLineOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') {
      // A process that has ended and was not yet waited for has an empty command line.
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim() || null;
    }
    const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)], { timeout: 5_000 });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}
