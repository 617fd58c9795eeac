import { execFileSync } from 'node:child_process';
import { ServingError } from '@switchyard/errors';
import { answerTask } from '../answer-task.js';

/** A program with every way to end: for tests. */
answerTask(async (task) => {
  switch (task) {
    case 'answer':
      return { answer: 42, environment: inheritedNames() };
    case 'refuse':
      throw new ServingError('model-invalid', 'The file "a" is no model.');
    case 'break':
      throw new TypeError('a bug of ours');
    case 'abort':
      return process.abort();
    case 'hang':
      for (;;);
    case 'eat': {
      const eaten: Buffer[] = [];
      for (;;) eaten.push(Buffer.alloc(8 * 1024 * 1024, 1));
    }
    default:
      return new Promise(() => setInterval(() => undefined, 1_000));
  }
});

/** The names in this process's environment, as a process of its own finds them. */
function inheritedNames(): string[] {
  return JSON.parse(execFileSync(process.execPath, ['-p', 'JSON.stringify(Object.keys(process.env))'], { encoding: 'utf8' })) as string[];
}
