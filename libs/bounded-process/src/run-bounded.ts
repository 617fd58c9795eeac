import { fork, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { ServingError, decodeError, type ErrorKind } from '@switchyard/errors';
import type { TaskReply } from './answer-task.js';
import { REASON_PIPE, type LimitMet, type ProcessLimits, type TaskMessage } from './process-limits.js';

export interface BoundedTask {
  /** URL of a compiled program that calls `answerTask`. */
  readonly program: URL;
  /** Must survive a structured clone, as must its result. */
  readonly task: unknown;
  /** What is being done, to begin a sentence: "Reading the model". */
  readonly doing: string;
  readonly limits: ProcessLimits;
  /** The kind of a failure that is the task's own: it died, or met a limit. */
  readonly failureKind: ErrorKind;
  /** All that the process finds in its environment: no address, no secret of the service that starts it. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The library's own words about a failure, for the log. */
  readonly onDetail?: (detail: string) => void;
}

const MEBIBYTE = 1024 * 1024;
/** The process ends itself; should even its watching thread be stuck, it is ended from here. */
const GRACE_MS = 2_000;
const KEPT_STDERR_CHARACTERS = 4_000;

/**
 * Performs one task in a process of its own, which ends with it.
 * @throws ServingError what the task threw; of kind `failureKind` when the process died or met a limit; `cancelled` when `signal` aborted.
 */
export async function runBounded(bounded: BoundedTask): Promise<unknown> {
  const { signal, limits } = bounded;
  if (signal.aborted) throw cancelled(bounded);
  const child = start(bounded);
  const kill = (): void => void child.kill('SIGKILL');
  const lastResort = setTimeout(kill, limits.timeoutMs + GRACE_MS);
  signal.addEventListener('abort', kill);
  try {
    return settle(bounded, await endOf(child, bounded));
  } finally {
    clearTimeout(lastResort);
    signal.removeEventListener('abort', kill);
  }
}

/** How a process ended, and what it said before. */
interface ProcessEnd {
  readonly reply: TaskReply | undefined;
  readonly limitMet: LimitMet | undefined;
  readonly how: string;
  readonly stderr: string;
}

function start({ program, limits, env = {} }: BoundedTask): ChildProcess {
  return fork(program, {
    env,
    serialization: 'advanced',
    // Above the limit, so that it is the limit that ends it, with its sentence.
    execArgv: [`--max-old-space-size=${Math.ceil((2 * limits.maxMemoryBytes) / MEBIBYTE)}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
  });
}

function endOf(child: ChildProcess, { task, limits }: BoundedTask): Promise<ProcessEnd> {
  const stderr = collect(child.stderr, KEPT_STDERR_CHARACTERS);
  const reason = collect(child.stdio[REASON_PIPE] as Readable, 16);
  let reply: TaskReply | undefined;
  child.once('message', (message) => (reply = message as TaskReply));
  return new Promise((resolve) => {
    const end = (how: string): void => resolve({ reply, limitMet: reason() === '' ? undefined : (reason() as LimitMet), how, stderr: stderr() });
    child.once('error', (error) => end(error.message));
    // `close` comes after the pipes have been read to their end; `exit` may come before.
    child.once('close', (code, signal) => end(signal === null ? `code ${code}` : signal));
    // A process that could not start says so by its own event.
    child.send({ task, limits } satisfies TaskMessage, () => undefined);
  });
}

function settle(bounded: BoundedTask, { reply, limitMet, how, stderr }: ProcessEnd): unknown {
  if (reply?.ok === true) return reply.result;
  if (reply !== undefined) {
    bounded.onDetail?.(reply.detail);
    throw decodeError(reply.error);
  }
  if (bounded.signal.aborted) throw cancelled(bounded);
  if (stderr !== '') bounded.onDetail?.(stderr);
  throw new ServingError(bounded.failureKind, sentenceOf(bounded, limitMet, how));
}

function sentenceOf({ doing, limits }: BoundedTask, limitMet: LimitMet | undefined, how: string): string {
  if (limitMet === 'memory') return `${doing} took more than the ${Math.floor(limits.maxMemoryBytes / MEBIBYTE)} MiB of memory it may have, and was stopped.`;
  if (limitMet === 'time') return `${doing} took longer than the ${limits.timeoutMs / 1_000} s it may take, and was stopped.`;
  return `${doing} crashed the process it was tried in (${how}); nothing else was harmed.`;
}

function cancelled({ doing }: BoundedTask): ServingError {
  return new ServingError('cancelled', `${doing} was interrupted.`);
}

/** Reads a pipe to its end and keeps its last characters. */
function collect(pipe: Readable | null, kept: number): () => string {
  let text = '';
  pipe?.setEncoding('utf8').on('data', (part: string) => (text = (text + part).slice(-kept)));
  pipe?.on('error', () => undefined);
  return () => text;
}
