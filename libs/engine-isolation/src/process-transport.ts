import { fork } from 'node:child_process';
import type { HostReply } from './host-protocol.js';
import { HOST_PROGRAM, type HostEvents, type HostTransport } from './host-transport.js';

/**
 * Starts a child process as host: for libraries that may abort, which would take a thread's whole process along.
 * Tensors are copied through a pipe, only the bytes each view covers.
 */
export function openProcess(events: HostEvents): HostTransport {
  const child = fork(HOST_PROGRAM, { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let exited = false;
  const exit = (reason: string): void => {
    if (exited) return;
    exited = true;
    events.onExit(reason);
  };
  child.on('message', (reply) => events.onReply(reply as HostReply));
  child.once('error', (error) => exit(`its process could not be started: ${error.message}`));
  child.once('exit', (code, signal) =>
    exit(signal === null ? `its process ended with code ${code}` : `its process was ended by ${signal}`),
  );
  return {
    post(request) {
      // A failed send means the process has ended or is ending: the exit event follows and settles the request.
      if (child.connected) child.send(request, () => undefined);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
