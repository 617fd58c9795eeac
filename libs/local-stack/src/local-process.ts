import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { logProcess } from './process-log.js';

/** Lines of output kept to say why a process ended. */
const KEPT_LINES = 20;

export interface LocalProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Every line of stdout and stderr, without its line end. */
  readonly onLine?: (line: string) => void;
}

/** How a process ended; both null when it never started. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * One child process, known by its id. It leads a process group of its own, so that a Ctrl-C in the terminal reaches only
 * its owner, who stops it in order.
 */
export class LocalProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #lastLines: string[] = [];
  /** Resolves, never rejects, once the process has ended and its output was read. */
  readonly exited: Promise<ProcessExit>;
  #exit: ProcessExit | undefined;

  constructor(options: LocalProcessOptions) {
    this.#child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.#child.pid !== undefined) logProcess(this.#child.pid, [options.command, ...options.args].join(' '));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#keep(line);
        options.onLine?.(line);
      });
    }
    this.exited = new Promise((resolve) => {
      const end = (exit: ProcessExit): void => resolve((this.#exit = exit));
      this.#child.once('error', (error) => {
        this.#keep(error.message);
        end({ code: null, signal: null });
      });
      this.#child.once('close', (code, signal) => end({ code, signal }));
    });
  }

  /** Zero when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#exit === undefined;
  }

  /** The end of what it printed, for an error message. */
  get lastLines(): string {
    return this.#lastLines.join('\n');
  }

  /** Asks with SIGTERM, and after `graceMs` ends it with SIGKILL. Resolves when it is gone; may be called again. */
  async stop(graceMs: number): Promise<ProcessExit> {
    if (this.#exit !== undefined) return this.#exit;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    return this.exited.finally(() => clearTimeout(timer));
  }

  /** Ends it at once, as a crash would. */
  kill(): Promise<ProcessExit> {
    if (this.#exit === undefined) this.#child.kill('SIGKILL');
    return this.exited;
  }

  #keep(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
  }
}
