import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { encodeError, type ErrorFrame } from '@switchyard/errors';
import type { TaskMessage } from './process-limits.js';

/** What a bounded process answers; `detail` is for the log alone. */
export type TaskReply = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: ErrorFrame; readonly detail: string };

/** Compiled and source file are siblings of `dist`: a thread can only load the compiled one. */
const WATCH_PROGRAM = new URL('../dist/watch-limits.js', import.meta.url);

/** The body of a program that `runBounded` starts: performs the one task it is sent, within its limits, answers, and ends. */
export function answerTask(perform: (task: unknown) => Promise<unknown>): void {
  process.once('message', (message) => void answer(message as TaskMessage, perform));
  process.once('disconnect', () => process.exit(0));
  // Ctrl-C reaches every process of the terminal; whoever started this one decides when it ends.
  process.on('SIGINT', () => undefined);
}

async function answer({ task, limits }: TaskMessage, perform: (task: unknown) => Promise<unknown>): Promise<void> {
  offerToTheKernel();
  new Worker(WATCH_PROGRAM, { workerData: limits, execArgv: [] }).unref();
  const reply = await perform(task).then(
    (result): TaskReply => ({ ok: true, result }),
    (thrown: unknown): TaskReply => ({ ok: false, error: encodeError(thrown), detail: detailOf(thrown) }),
  );
  process.send?.(reply, () => process.exit(0));
}

/** Should the machine run out of memory before the limit is met, Linux takes this process and no service. */
function offerToTheKernel(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not Linux, or not allowed: the limit still holds.
  }
}

function detailOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? (thrown.stack ?? thrown.message) : detailOf(thrown.cause);
}
