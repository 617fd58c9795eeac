// @ts-check
import { spawn } from 'node:child_process';

/** The last part of a command's output that is kept, in characters: enough to say why it failed. */
const KEPT_OUTPUT = 20_000;

/** Process groups that are running now, so that an interrupted set-up leaves nothing behind. @type {Set<number>} */
const runningGroups = new Set();

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] added to this process's environment; undefined removes a variable
 * @property {number} timeoutMs when it is up, the command and its children are killed
 * @property {'stderr'} [show] passes what it writes to stderr through to the terminal as well
 */

/**
 * @typedef {object} CommandResult
 * @property {boolean} ok whether it ended by itself with exit code 0
 * @property {boolean} timedOut
 * @property {string} stdout the end of it
 * @property {string} output the end of stdout and stderr as they came, interleaved
 */

/**
 * Runs a command in a process group of its own and waits for it, at most `timeoutMs`. Never throws: a command that
 * does not exist is a result with `ok: false`.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} options
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, { cwd, env, timeoutMs, show }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const group = child.pid;
    if (group !== undefined) runningGroups.add(group);
    let stdout = '';
    let output = '';
    let timedOut = false;
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
      stdout = keepEnd(stdout + chunk.toString());
      output = keepEnd(output + chunk.toString());
    });
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => {
      output = keepEnd(output + chunk.toString());
      if (show === 'stderr') process.stderr.write(chunk);
    });
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(group);
    }, timeoutMs);
    /** @param {boolean} ok */
    const finish = (ok) => {
      clearTimeout(timer);
      if (group !== undefined) runningGroups.delete(group);
      resolve({ ok, timedOut, stdout, output });
    };
    child.once('error', (error) => {
      output += error.message;
      finish(false);
    });
    child.once('close', (code) => finish(code === 0 && !timedOut));
  });
}

/** Kills every command that is still running; for Ctrl-C during set-up. */
export function killRunningCommands() {
  for (const group of runningGroups) killGroup(group);
}

/**
 * The last line that says something, for a one-sentence message.
 *
 * @param {string} output
 */
export function lastLine(output) {
  return output.trim().split('\n').at(-1)?.trim() ?? '';
}

/** @param {number | undefined} group */
function killGroup(group) {
  if (group === undefined) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** @param {string} text */
function keepEnd(text) {
  return text.length > KEPT_OUTPUT ? text.slice(-KEPT_OUTPUT) : text;
}
