import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { endProcess, identifyProcess, isSameProcess, type ProcessIdentity } from './process-identity.js';

interface LoggedProcess extends ProcessIdentity {
  readonly command: string;
}

/**
 * Notes a process in the file SWITCHYARD_PROCESS_LOG names, if it names one. `npm test` does: a test run that is
 * interrupted, or forgets to stop something, cannot end its processes itself.
 */
export function logProcess(pid: number, command: string): void {
  const file = process.env['SWITCHYARD_PROCESS_LOG'];
  const identity = file ? identifyProcess(pid) : null;
  if (file && identity !== null) appendFileSync(file, `${JSON.stringify({ ...identity, command })}\n`);
}

/** Ends what the log names and still runs. @returns the commands of those processes */
export async function endLoggedProcesses(file: string): Promise<string[]> {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const left = lines.map((line) => JSON.parse(line) as LoggedProcess).filter(isSameProcess);
  await Promise.all(left.map(endProcess));
  return left.map(({ pid, command }) => `${command} (process ${pid})`);
}
