import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ServingError, decodeError } from '@switchyard/errors';
import type { TrainedModel, Trainer, TrainingProgress } from '@switchyard/training';
import type { DatasetModule, FitOrder, FitReport } from './fit-messages.js';
import { tailOf } from './tail-of.js';

export interface TensorflowTrainerOptions {
  readonly datasets: DatasetModule;
  /** For one whole fit; by default an hour. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 3_600_000;

/** Compiled beside this file; from source (in tests) too the built one runs, for a child process reads no TypeScript. */
const FIT_PROGRAM = fileURLToPath(new URL('../dist/fit-process.js', import.meta.url));

/** Trains tfjs layers models, each fit in a process of its own: the caller's event loop stays free, and a crash of the native library is an ordinary error. */
export function createTensorflowTrainer({ datasets, timeoutMs = DEFAULT_TIMEOUT_MS }: TensorflowTrainerOptions): Trainer {
  return {
    name: 'tensorflow',
    async train(pipeline, { directory, addedRowsFile = null, signal, onProgress }) {
      if (signal.aborted) throw cancelled();
      await mkdir(directory, { recursive: true });
      const child = fork(FIT_PROGRAM, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      try {
        return await superviseFit(child, { order: { pipeline, directory, addedRowsFile, datasets }, signal, onProgress, timeoutMs });
      } finally {
        await end(child);
      }
    },
  };
}

interface Supervision {
  readonly order: FitOrder;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly timeoutMs: number;
}

/** Settles with what the child answers, or with what ended it: abort, timeout, its own death. */
async function superviseFit(child: ChildProcess, { order, signal, onProgress, timeoutMs }: Supervision): Promise<TrainedModel> {
  const lastWords = tailOf(child.stderr);
  let resolve!: (model: TrainedModel) => void;
  let reject!: (error: ServingError) => void;
  const settled = new Promise<TrainedModel>((onModel, onError) => {
    resolve = onModel;
    reject = onError;
  });
  const onAbort = (): void => reject(cancelled());
  const timer = setTimeout(() => reject(new ServingError('deadline-exceeded', `The fit of pipeline "${order.pipeline.name}" took longer than ${timeoutMs} ms and was stopped.`)), timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  child.on('message', (report: FitReport) => {
    if (report.kind === 'progress') onProgress(report.progress);
    else if (report.kind === 'fitted') resolve(report.model);
    else reject(failure(decodeError(report.error), lastWords()));
  });
  child.once('error', (error) => reject(new ServingError('engine-unavailable', 'The fitting process cannot be started.', { cause: error })));
  // `close` comes after the last message and the last words on stderr.
  child.once('close', (code, endSignal) => reject(died(order.pipeline.name, code, endSignal, lastWords())));
  child.send(order, (error) => error && reject(new ServingError('engine-failed', 'The fitting process took no order.', { cause: error })));
  try {
    return await settled;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Returns once the process is gone, so that nothing is written after `train` has settled. SIGKILL cannot be refused. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function cancelled(): ServingError {
  return new ServingError('cancelled', 'The fit was cancelled.');
}

/** The child's last words go into the cause, for the log alone. */
function failure(error: ServingError, lastWords: string): ServingError {
  return new ServingError(error.kind, error.message, { cause: new Error(lastWords) });
}

function died(pipeline: string, code: number | null, endSignal: string | null, lastWords: string): ServingError {
  const how = endSignal === null ? `exit code ${code}` : endSignal;
  return new ServingError('engine-failed', `The fitting process of pipeline "${pipeline}" died (${how}).`, { cause: new Error(lastWords) });
}
