import { runBounded, type ProcessLimits } from '@switchyard/bounded-process';
import type { ModelWorkshop } from '@switchyard/model-import';
import type { Logger } from '@switchyard/service-runtime';
import { WORKSHOP_ENVIRONMENT } from './workshop.config.js';
import { WORKSHOP_ENGINES, type WorkshopResults, type WorkshopTask } from './workshop-task.js';

/** Compiled and source file are siblings of `dist`: a process can only load the compiled one. */
const PROGRAM = new URL('../../dist/importing/workshop.program.js', import.meta.url);
export interface ProcessWorkshopOptions {
  /** Of each single step. */
  readonly limits: ProcessLimits;
  readonly maxModelBytes: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** The workshop whose every step is a process of its own, which knows nothing of our addresses and secrets. */
export function createProcessWorkshop({ limits, maxModelBytes, logger, signal }: ProcessWorkshopOptions): ModelWorkshop {
  const run = async <Kind extends WorkshopTask['kind']>(task: Extract<WorkshopTask, { kind: Kind }>, doing: string): Promise<WorkshopResults[Kind]> => {
    const onDetail = (detail: string): void => logger.info({ step: task.kind, detail }, 'import.step-refused');
    return (await runBounded({ program: PROGRAM, task, doing, limits, failureKind: 'model-invalid', env: WORKSHOP_ENVIRONMENT, signal, onDetail })) as WorkshopResults[Kind];
  };
  return {
    engines: WORKSHOP_ENGINES,
    inspect: (files, workspace) => run<'inspect'>({ kind: 'inspect', files, workspace, maxModelBytes }, 'Reading the model'),
    compile: (source, target) => run<'compile'>({ kind: 'compile', source, target }, 'Compiling the model'),
    tryOut: (trial) => run<'trial'>({ kind: 'trial', trial }, `Trying the model on the ${trial.engine} engine`),
  };
}
