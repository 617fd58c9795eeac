import { Worker } from 'node:worker_threads';
import type { HostReply, HostRequest } from './host-protocol.js';
import { HOST_PROGRAM, type HostEvents, type HostTransport } from './host-transport.js';
import { copyForTransfer, giveForTransfer } from './transferable-tensors.js';

/** Starts a worker thread as host. Inputs are moved, those that were not given away as copies; outputs are moved. */
export function openThread(events: HostEvents): HostTransport {
  const worker = new Worker(HOST_PROGRAM, { execArgv: [] });
  let lastError: unknown;
  worker.on('message', (reply: HostReply) => events.onReply(reply));
  worker.on('messageerror', (error) => (lastError = error));
  worker.on('error', (error) => (lastError = error));
  worker.once('exit', (code) =>
    events.onExit(lastError === undefined ? `its thread ended with code ${code}` : `its thread ended: ${String(lastError)}`),
  );
  return {
    post: (request) => post(worker, request),
    // The exit event says when it has ended; nobody needs to wait for it here.
    kill: () => void worker.terminate(),
  };
}

function post(worker: Worker, request: HostRequest): void {
  if (request.task.kind !== 'run') return worker.postMessage(request);
  const { model, inputs, isGiven } = request.task;
  const { tensors, transfer } = isGiven === true ? giveForTransfer(inputs) : copyForTransfer(inputs);
  worker.postMessage({ id: request.id, task: { kind: 'run', model, inputs: tensors } } satisfies HostRequest, transfer);
}
