import type { LoadedModel } from '@switchyard/engine';
import { ServingError } from '@switchyard/errors';
import type { Signature } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';
import type { SupervisedHost } from './supervised-host.js';

export interface IsolatedModelOptions {
  readonly id: number;
  readonly signature: Signature;
  readonly hosts: readonly SupervisedHost[];
  readonly maxConcurrentRuns: number;
}

/** A model loaded in every host; each run goes to the host with least to do. */
export class IsolatedModel implements LoadedModel {
  readonly signature: Signature;
  readonly maxConcurrentRuns: number;
  readonly #options: IsolatedModelOptions;
  #disposing: Promise<void> | undefined;

  constructor(options: IsolatedModelOptions) {
    this.signature = options.signature;
    this.maxConcurrentRuns = options.maxConcurrentRuns;
    this.#options = options;
  }

  async run(inputs: TensorMap): Promise<TensorMap> {
    if (this.#disposing !== undefined) throw new ServingError('engine-failed', 'The model was disposed and runs no more.');
    return await leastBusy(this.#options.hosts).run(this.#options.id, inputs);
  }

  dispose(): Promise<void> {
    this.#disposing ??= Promise.all(this.#options.hosts.map((host) => host.dispose(this.#options.id))).then(() => undefined);
    return this.#disposing;
  }
}

/** The host with fewest runs in flight; one that is up goes before any that is being restarted. */
function leastBusy(hosts: readonly SupervisedHost[]): SupervisedHost {
  const up = hosts.filter((host) => host.isUp);
  return (up.length > 0 ? up : hosts).reduce((least, host) => (host.runsInFlight < least.runsInFlight ? host : least));
}
