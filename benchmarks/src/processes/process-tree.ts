import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ServingError } from '@switchyard/errors';
import { descendantsOf, readProcessTable, type ProcessRow } from './process-table.js';

export interface ProcessTreeOptions {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** The end of what it printed, for a message. */
const KEPT_CHARACTERS = 2_000;
const LOOK_EVERY_MS = 50;
/** No id of a process, of a group or of a parent. */
const NO_PROCESS = -1;

/**
 * A program that starts others, known by their ids and never by their names. It is asked to end at its root; what is left of the tree
 * after a while is ended at once.
 */
export class ProcessTree {
  readonly #options: ProcessTreeOptions;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  #known: readonly ProcessRow[] = [];
  #output = '';
  #error: Error | null = null;

  /** Starts it as leader of a process group of its own. */
  constructor(options: ProcessTreeOptions) {
    this.#options = options;
    this.#child = spawn(options.command, [...options.args], { cwd: options.cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.once('error', (error) => (this.#error = error));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (piece: Buffer) => (this.#output = (this.#output + piece.toString()).slice(-KEPT_CHARACTERS)));
    }
  }

  /** Every process of it now. Also remembers them, so that none is lost whose parent ends. */
  pids(): readonly number[] {
    const rootPid = this.#child.pid;
    // A tree whose root has ended and been noticed has no claim on a process that got the same id.
    this.#known = rootPid === undefined ? [] : descendantsOf(this.#isRootRunning ? rootPid : NO_PROCESS, readProcessTable(), this.#known);
    return this.#known.map(({ pid }) => pid);
  }

  /** @throws ServingError `internal` when its first process has ended, with the end of what it printed */
  assertRunning(): void {
    if (this.#child.pid === undefined) {
      throw new ServingError('internal', `${this.#options.name} could not be started: ${this.#error?.message ?? `there is no program ${this.#options.command}`}.`);
    }
    if (!this.#isRootRunning) throw new ServingError('internal', `${this.#options.name} ended: ${this.#output.trim().split('\n').slice(-3).join(' | ') || 'it printed nothing'}`);
  }

  /** Ends the whole tree. Idempotent. @throws ServingError `internal` when a process of it does not end */
  async stop(graceMs: number): Promise<void> {
    this.pids();
    if (this.#isRootRunning) this.#child.kill('SIGTERM');
    if (await this.#isGoneWithin(graceMs)) return;
    for (const pid of this.pids()) kill(pid);
    if (await this.#isGoneWithin(graceMs)) return;
    throw new ServingError('internal', `${this.#options.name} cannot be ended; its processes ${this.pids().join(', ')} are left.`);
  }

  get #isRootRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async #isGoneWithin(limitMs: number): Promise<boolean> {
    const endMs = performance.now() + limitMs;
    while (this.pids().length > 0) {
      if (performance.now() > endMs) return false;
      await delay(LOOK_EVERY_MS);
    }
    return true;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
