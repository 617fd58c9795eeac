import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '@switchyard/local-stack';

const OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024;

/** Python with the public clients of `e2e/clients/requirements.txt`. */
export interface TestPython {
  readonly available: true;
  /**
   * Runs a script and returns what it printed.
   * @throws Error with what it wrote to stderr, when it fails or takes longer than `timeoutMs`
   */
  run(script: string, args: readonly string[], options: { readonly timeoutMs: number }): Promise<string>;
}

/** Why there is none here; see `describeWith`. */
export interface NoTestPython {
  readonly available: false;
  readonly reason: string;
}

/**
 * The environment that `npm run setup` makes.
 * @throws Error instead of a reason when SWITCHYARD_REQUIRE_ALL=1: continuous integration must not skip
 */
export function testPython(): TestPython | NoTestPython {
  const launcher = findProgram(['switchyard-python']);
  if (launcher !== undefined) return { available: true, run: (script, args, { timeoutMs }) => runScript(launcher, [script, ...args], timeoutMs) };
  const reason = 'no Python clients: run "npm run setup" where Python 3.11 or newer is installed';
  if (process.env['SWITCHYARD_REQUIRE_ALL'] === '1') throw new Error(`These tests must run here (SWITCHYARD_REQUIRE_ALL=1): ${reason}`);
  return { available: false, reason };
}

async function runScript(launcher: string, args: readonly string[], timeoutMs: number): Promise<string> {
  // TensorFlow, which some clients import, greets on stderr.
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await promisify(execFile)(launcher, [...args], { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: OUTPUT_LIMIT_BYTES, env });
  return stdout;
}
