import { ServingError } from '@switchyard/errors';
import type { Engine, ModelArtifact } from '@switchyard/engine';
import type { HostedEngine } from './host-protocol.js';
import { IsolatedModel } from './isolated-model.js';
import { DEFAULT_ISOLATION_LIMITS, type IsolationLimits } from './isolation-limits.js';
import { openProcess } from './process-transport.js';
import { SupervisedHost, type HostExit } from './supervised-host.js';
import { openThread } from './thread-transport.js';

export interface IsolateEngineOptions extends HostedEngine {
  /** What the hosted engine is called and runs: known before it is started. */
  readonly engine: Pick<Engine, 'name' | 'formats'>;
  /** `thread`: tensors move without a copy through a pipe. `process`: survives a library that aborts. */
  readonly isolation: 'thread' | 'process';
  /** Hosts, each with every model; 1 by default. */
  readonly workers?: number;
  readonly limits?: Partial<IsolationLimits>;
  /** Told of every end of a host that nobody asked for. */
  readonly onHostExit?: (exit: HostExit) => void;
}

/**
 * An engine whose models run in threads or processes of their own, so that native code never blocks the caller's event loop.
 *
 * Inputs are copied once and stay the caller's; outputs move, uncopied, from a thread (from a process they are copied).
 * When a host ends or hangs, its pending runs fail with `engine-failed`, other hosts go on, and it is restarted with its models.
 * Hosts are started by the first `load`.
 */
export function isolateEngine(options: IsolateEngineOptions): Engine {
  const { moduleUrl, factoryName, factoryOptions, isolation, workers = 1, onHostExit = () => undefined } = options;
  const limits = { ...DEFAULT_ISOLATION_LIMITS, ...options.limits };
  const hosts = Array.from(
    { length: workers },
    () =>
      new SupervisedHost({
        hosted: { moduleUrl, factoryName, factoryOptions },
        openTransport: isolation === 'thread' ? openThread : openProcess,
        limits,
        onHostExit,
      }),
  );
  let lastModelId = 0;
  let closing: Promise<void> | undefined;

  return {
    name: options.engine.name,
    formats: options.engine.formats,
    async load(artifact) {
      if (closing !== undefined)
        throw new ServingError('engine-unavailable', `The ${options.engine.name} engine is closed and loads no more models.`);
      const id = ++lastModelId;
      const maxConcurrentRuns = await loadInAll(hosts, id, artifact);
      return new IsolatedModel({ id, signature: artifact.signature, hosts, maxConcurrentRuns });
    },
    close() {
      closing ??= Promise.all(hosts.map((host) => host.close())).then(() => undefined);
      return closing;
    },
  };
}

/** Loads the model in every host, or in none. Returns how many runs may overlap over all hosts. */
async function loadInAll(hosts: readonly SupervisedHost[], id: number, artifact: ModelArtifact): Promise<number> {
  const loads = await Promise.allSettled(hosts.map((host) => host.load(id, artifact)));
  const failed = loads.find((load) => load.status === 'rejected');
  if (failed === undefined) return loads.reduce((sum, load) => sum + (load.status === 'fulfilled' ? load.value : 0), 0);
  await Promise.all(hosts.map((host) => host.dispose(id)));
  throw failed.reason;
}
