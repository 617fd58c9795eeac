import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestRedis } from '@switchyard/test-kit';

const PROGRAM = fileURLToPath(new URL('mortal-consumer.mjs', import.meta.url));

/** Value of a row that kills whoever runs its job, and of one whose job never ends. */
export const DEADLY = -1;
export const ENDLESS = -2;

/** Starts a consumer of `model` in a process of its own. Every job it begins it names in a message `{ taken: id }`. */
export function forkMortalConsumer({ url, prefix }: TestRedis, model: string): ChildProcess {
  return fork(PROGRAM, [url, prefix, model], { execArgv: [], env: {}, stdio: 'inherit' });
}

/** Keeps one consumer running, as a supervisor does; `stop` ends it and returns how many have died. */
export function keepConsumerRunning(server: TestRedis, model: string): { stop(): Promise<number> } {
  let deaths = 0;
  let stopped = false;
  let child: ChildProcess;
  const start = (): void => {
    child = forkMortalConsumer(server, model);
    child.once('exit', () => {
      if (stopped) return;
      deaths += 1;
      start();
    });
  };
  start();
  return {
    async stop() {
      stopped = true;
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return deaths;
    },
  };
}
