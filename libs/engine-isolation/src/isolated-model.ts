import type { LoadedModel, RunOptions } from '@switchyard/engine';
import { ServingError } from '@switchyard/errors';
import type { Signature } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';
import type { Quarantine } from './quarantine.js';
import type { SupervisedHost } from './supervised-host.js';

export interface IsolatedModelOptions {
  readonly id: number;
  readonly signature: Signature;
  readonly hosts: readonly SupervisedHost[];
  readonly maxConcurrentRuns: number;
  /** Of a model with hosts of its own. */
  readonly quarantine?: Quarantine | undefined;
  /** Frees the model, or ends the hosts that were only its own. */
  readonly release: () => Promise<void>;
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

  async run(inputs: TensorMap, options?: RunOptions): Promise<TensorMap> {
    if (this.#disposing !== undefined) throw new ServingError('engine-failed', 'The model was disposed and runs no more.');
    const refusal = this.outage();
    if (refusal !== null) throw refusal;
    return await leastBusy(this.#options.hosts).run(this.#options.id, inputs, options);
  }

  dispose(): Promise<void> {
    this.#disposing ??= this.#options.release();
    return this.#disposing;
  }

  outage(): ServingError | null {
    return this.#options.quarantine?.refusal() ?? null;
  }
}

/** The host with fewest runs in flight; one that is up goes before any that is being restarted. */
function leastBusy(hosts: readonly SupervisedHost[]): SupervisedHost {
  const up = hosts.filter((host) => host.isUp);
  return (up.length > 0 ? up : hosts).reduce((least, host) => (host.runsInFlight < least.runsInFlight ? host : least));
}
