import { ServingError } from '@switchyard/errors';
import type { Engine, LoadedModel, ModelArtifact } from '@switchyard/engine';
import type { HostedEngine } from './host-protocol.js';
import { IsolatedModel } from './isolated-model.js';
import { DEFAULT_ISOLATION_LIMITS, type IsolationLimits } from './isolation-limits.js';
import { openProcess } from './process-transport.js';
import { Quarantine } from './quarantine.js';
import { SupervisedHost, type HostExit } from './supervised-host.js';
import { openThread } from './thread-transport.js';

export interface IsolateEngineOptions extends HostedEngine {
  /** What the hosted engine is called and runs: known before it is started. */
  readonly engine: Pick<Engine, 'name' | 'formats'>;
  /** `thread`: tensors move without a copy through a pipe. `process`: survives a library that aborts. */
  readonly isolation: 'thread' | 'process';
  /** Hosts, each with every model that it has; 1 by default. */
  readonly workers?: number;
  /**
   * `all-models` (the default): every host has every model. `one-model`: each model has hosts of its own, for libraries that a model can
   * bring to abort; one that ends them again and again is quarantined: its runs fail at once with `model-not-ready` (`LoadedModel.outage`).
   */
  readonly sharing?: 'all-models' | 'one-model';
  readonly limits?: Partial<IsolationLimits>;
  /** Told of every end of a host that nobody asked for. */
  readonly onHostExit?: (exit: HostExit) => void;
}

/**
 * An engine whose models run in threads or processes of their own, so that native code never blocks the caller's event loop.
 *
 * Inputs are copied once and stay the caller's; outputs move, uncopied, from a thread (from a process they are copied).
 * When a host ends or hangs, its pending runs fail with `engine-failed`, other hosts go on, and it is restarted with its models.
 * Hosts are started by the first `load`, those of a model of its own by its `load`.
 */
export function isolateEngine(options: IsolateEngineOptions): Engine {
  const { engine, sharing = 'all-models' } = options;
  const hosting = sharing === 'all-models' ? shareHosts(options) : giveOwnHosts(options);
  let lastModelId = 0;
  let closing: Promise<void> | undefined;

  return {
    name: engine.name,
    formats: engine.formats,
    async load(artifact) {
      if (closing !== undefined) throw new ServingError('engine-unavailable', `The ${engine.name} engine is closed and loads no more models.`);
      return await hosting.load(++lastModelId, artifact);
    },
    close() {
      closing ??= hosting.close();
      return closing;
    },
  };
}

/** Which hosts a model is loaded in. */
interface Hosting {
  load(id: number, artifact: ModelArtifact): Promise<LoadedModel>;
  close(): Promise<void>;
}

function shareHosts(options: IsolateEngineOptions): Hosting {
  const hosts = createHosts(options);
  return {
    async load(id, artifact) {
      const maxConcurrentRuns = await loadInAll(hosts, id, artifact);
      const release = async (): Promise<void> => void (await Promise.all(hosts.map((host) => host.dispose(id))));
      return new IsolatedModel({ id, signature: artifact.signature, hosts, maxConcurrentRuns, release });
    },
    close: () => closeAll(hosts),
  };
}

/** A model that ends its host takes no other model along, and is quarantined alone. */
function giveOwnHosts(options: IsolateEngineOptions): Hosting {
  const open = new Set<readonly SupervisedHost[]>();
  const end = async (hosts: readonly SupervisedHost[]): Promise<void> => {
    open.delete(hosts);
    await closeAll(hosts);
  };
  return {
    async load(id, artifact) {
      const quarantine = new Quarantine({ ...DEFAULT_ISOLATION_LIMITS, ...options.limits });
      const onHostExit = (exit: HostExit): void => options.onHostExit?.({ ...exit, directory: artifact.directory });
      const hosts = createHosts({ ...options, onHostExit }, quarantine);
      open.add(hosts);
      try {
        const maxConcurrentRuns = await loadInAll(hosts, id, artifact);
        return new IsolatedModel({ id, signature: artifact.signature, hosts, maxConcurrentRuns, quarantine, release: () => end(hosts) });
      } catch (thrown) {
        await end(hosts);
        throw thrown;
      }
    },
    close: async () => void (await Promise.all([...open].map(end))),
  };
}

function createHosts(options: IsolateEngineOptions, quarantine?: Quarantine): SupervisedHost[] {
  const { moduleUrl, factoryName, factoryOptions, isolation, workers = 1, onHostExit = () => undefined } = options;
  const limits = { ...DEFAULT_ISOLATION_LIMITS, ...options.limits };
  const openTransport = isolation === 'thread' ? openThread : openProcess;
  const hosted = { moduleUrl, factoryName, factoryOptions };
  return Array.from({ length: workers }, () => new SupervisedHost({ hosted, openTransport, limits, onHostExit, quarantine }));
}

async function closeAll(hosts: readonly SupervisedHost[]): Promise<void> {
  await Promise.all(hosts.map((host) => host.close()));
}

/** Loads the model in every host, or in none. Returns how many runs may overlap over all hosts. */
async function loadInAll(hosts: readonly SupervisedHost[], id: number, artifact: ModelArtifact): Promise<number> {
  const loads = await Promise.allSettled(hosts.map((host) => host.load(id, artifact)));
  const failed = loads.find((load) => load.status === 'rejected');
  if (failed === undefined) return loads.reduce((sum, load) => sum + (load.status === 'fulfilled' ? load.value : 0), 0);
  await Promise.all(hosts.map((host) => host.dispose(id)));
  throw failed.reason;
}
