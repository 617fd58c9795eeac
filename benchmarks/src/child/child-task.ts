import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ServingError } from '@switchyard/errors';

/** What a child says: things on the way, then one answer or one failure. */
export type ChildMessage<Event, Answer> =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly message: string };

export interface ChildTaskOptions<Task, Event> {
  /** For messages: "the load generator". */
  readonly name: string;
  /** Compiled file below `benchmarks/dist`, as `load/load-process.js`; it calls `serveChildTask`. */
  readonly entry: string;
  readonly task: Task;
  readonly deadlineMs: number;
  /** Options of Node for the child. */
  readonly execArgv?: readonly string[];
  readonly onEvent?: (event: Event, pid: number) => void;
}

/** `benchmarks/dist`, for this file compiled as well as for this file as tests read it. */
const DIST = new URL('../../dist/', import.meta.url);

/**
 * Hands one task to a process of its own and resolves with its answer: so its CPU time can be told apart, and no garbage collection
 * of ours stops its clock. The process is gone when this returns.
 *
 * @throws ServingError `internal` when the child fails or ends without an answer, `deadline-exceeded` when it takes too long
 */
export async function runChildTask<Task, Answer, Event = never>(options: ChildTaskOptions<Task, Event>): Promise<Answer> {
  const child = fork(fileURLToPath(new URL(options.entry, DIST)), [], { serialization: 'advanced', execArgv: [...(options.execArgv ?? [])] });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.deadlineMs);
  const startedMs = performance.now();
  try {
    return await answerOf<Task, Answer, Event>(child, options);
  } catch (error) {
    if (performance.now() - startedMs < options.deadlineMs) throw error;
    throw new ServingError('deadline-exceeded', `${options.name} did not finish within ${options.deadlineMs} ms.`, { cause: error });
  } finally {
    clearTimeout(timer);
    await end(child);
  }
}

/** Its task is done or lost: nothing is to be saved. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function answerOf<Task, Answer, Event>(child: ChildProcess, { name, task, onEvent }: ChildTaskOptions<Task, Event>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (message: string): void => reject(new ServingError('internal', message));
    child.once('error', (error) => fail(`${name} could not be started: ${error.message}`));
    child.once('exit', (code, signal) => fail(`${name} ended without an answer (${signal ?? `exit code ${code}`}).`));
    child.on('message', (message) => {
      const said = message as ChildMessage<Event, Answer>;
      if (said.kind === 'event') onEvent?.(said.event, child.pid ?? 0);
      else if (said.kind === 'answer') resolve(said.answer);
      else fail(`${name} failed: ${said.message}`);
    });
    child.send(task as object);
  });
}
