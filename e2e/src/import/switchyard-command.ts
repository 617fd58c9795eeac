import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../deployment/repository-files.js';

export interface CommandResult {
  readonly code: number;
  /** Lines of stdout. */
  readonly lines: readonly string[];
}

const DEADLINE_MS = 240_000;

/** `npx switchyard …` as a process of its own. */
export function switchyardCommand(...args: readonly string[]): Promise<CommandResult> {
  return switchyardCommandWith(undefined, ...args);
}

/** The same. @param env its whole environment; undefined is ours */
export function switchyardCommandWith(env: NodeJS.ProcessEnv | undefined, ...args: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(REPOSITORY, 'apps/cli/bin/switchyard.js'), ...args], { env, timeout: DEADLINE_MS }, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), lines: stdout.trimEnd().split('\n') });
    });
  });
}
