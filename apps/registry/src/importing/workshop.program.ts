import { answerTask } from '@switchyard/bounded-process';
import { assertNever } from '@switchyard/errors';
import { inspectFiles } from './inspect-files.js';
import { tryOut } from './try-out.js';
import type { WorkshopResults, WorkshopTask } from './workshop-task.js';

/** The program of a process that touches foreign files; libraries are loaded by the task that needs them. */
answerTask((task) => perform(task as WorkshopTask));

async function perform(task: WorkshopTask): Promise<WorkshopResults[WorkshopTask['kind']]> {
  switch (task.kind) {
    case 'inspect':
      return inspectFiles(task);
    case 'compile': {
      const { createOnnxCompiler } = await import('@switchyard/onnx-export');
      return createOnnxCompiler().compile(task.source.directory, task.target.directory);
    }
    case 'trial':
      return tryOut(task.trial);
    default:
      return assertNever(task);
  }
}
