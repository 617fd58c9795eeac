import type { ChildMessage } from './child-task.js';

/** The other end of `runChildTask`: takes the one task, does it, answers. Ends when the parent does. */
export function serveChildTask<Task, Answer, Event = never>(work: (task: Task, tell: (event: Event) => void) => Promise<Answer>): void {
  const say = (message: ChildMessage<Event, Answer>): void => void process.send?.(message);
  process.once('disconnect', () => process.exit());
  process.once('message', (task) => {
    // A throw on the way in is a failure as well.
    Promise.resolve()
      .then(() => work(task as Task, (event) => say({ kind: 'event', event })))
      .then(
        (answer) => say({ kind: 'answer', answer }),
        (error: unknown) => say({ kind: 'failure', message: error instanceof Error ? error.message : String(error) }),
      );
  });
}
