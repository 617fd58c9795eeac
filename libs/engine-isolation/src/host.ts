import { parentPort } from 'node:worker_threads';
import type { Engine, LoadedModel } from '@switchyard/engine';
import { ServingError, encodeError } from '@switchyard/errors';
import type { HostReply, HostRequest, HostResults, HostTask, HostedEngine } from './host-protocol.js';
import { giveForTransfer } from './transferable-tensors.js';

/**
 * The program of a thread or process that hosts an engine: takes `HostRequest`s, answers each with one `HostReply`.
 * It ends when the side that started it kills it or goes away.
 */
let engine: Engine | undefined;
const models = new Map<number, LoadedModel>();

type Send = (reply: HostReply) => void;

const port = parentPort;
if (port !== null) {
  port.on(
    'message',
    (request: HostRequest) =>
      void answer(request, (reply) => {
        if (reply.ok && reply.result instanceof Map) {
          const { tensors, transfer } = giveForTransfer(reply.result);
          port.postMessage({ id: reply.id, ok: true, result: tensors } satisfies HostReply, transfer);
        } else port.postMessage(reply);
      }),
  );
} else {
  process.on('message', (request) => void answer(request as HostRequest, (reply) => void process.send?.(reply)));
  process.once('disconnect', () => process.exit(0));
  // Ctrl-C reaches every process of the terminal: the service drains first and then closes this one.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
}

async function answer(request: HostRequest, send: Send): Promise<void> {
  try {
    send({ id: request.id, ok: true, result: await perform(request.task) });
  } catch (thrown) {
    send({ id: request.id, ok: false, error: encodeError(thrown), detail: detailOf(thrown) });
  }
}

async function perform(task: HostTask): Promise<HostResults[HostTask['kind']]> {
  switch (task.kind) {
    case 'start':
      engine = await createEngine(task.hosted);
      return undefined;
    case 'load': {
      const model = await startedEngine().load(task.artifact);
      models.set(task.model, model);
      return { maxConcurrentRuns: model.maxConcurrentRuns };
    }
    case 'run':
      return await loadedModel(task.model).run(task.inputs);
    case 'dispose': {
      const model = models.get(task.model);
      models.delete(task.model);
      return await model?.dispose().then(() => undefined);
    }
    case 'close':
      models.clear();
      return await engine?.close().then(() => undefined);
  }
}

async function createEngine({ moduleUrl, factoryName, factoryOptions }: HostedEngine): Promise<Engine> {
  const module = (await import(moduleUrl)) as Record<string, (options: unknown) => Engine | Promise<Engine>>;
  const factory = module[factoryName];
  if (factory === undefined) throw new ServingError('engine-unavailable', `The engine's module has no export "${factoryName}".`);
  return await factory(factoryOptions);
}

function startedEngine(): Engine {
  if (engine === undefined) throw new ServingError('internal', 'An engine host was asked to work before it was started.');
  return engine;
}

function loadedModel(id: number): LoadedModel {
  const model = models.get(id);
  if (model === undefined)
    throw new ServingError('engine-failed', 'The model is not loaded here: it was disposed, or could not be loaded again after a restart.');
  return model;
}

function detailOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? (thrown.stack ?? thrown.message) : detailOf(thrown.cause);
}
