import { setTimeout as delay } from 'node:timers/promises';
import { ServingError, toServingError } from '@switchyard/errors';
import type { ModelArtifact, RunOptions } from '@switchyard/engine';
import type { TensorMap } from '@switchyard/tensor';
import { HostConnection } from './host-connection.js';
import type { HostedEngine } from './host-protocol.js';
import type { OpenTransport } from './host-transport.js';
import { restartDelayMs, type IsolationLimits } from './isolation-limits.js';
import type { Quarantine } from './quarantine.js';
import { withDeadline } from './with-deadline.js';

/** One end of a host that was not asked for; for logs and counters. */
export interface HostExit {
  readonly reason: string;
  /** Which restart in a row follows, from 1; null when the host now stays down: until the next `load`, or until its quarantine is over. */
  readonly restart: number | null;
  /** Why the model of this host answers nothing for a while, once that is so. */
  readonly quarantine?: string;
  /** The folder of the model that had the host to itself: it tells which version it was. */
  readonly directory?: string;
}

export interface SupervisedHostOptions {
  readonly hosted: HostedEngine;
  readonly openTransport: OpenTransport;
  readonly limits: IsolationLimits;
  readonly onHostExit: (exit: HostExit) => void;
  /** Of a host that has one model to itself; hosts of several models have none, since one of them must not keep the others down. */
  readonly quarantine?: Quarantine | undefined;
}

/**
 * A host that comes back: started at the first `load`, and after each unexpected end started again with its models loaded, with growing
 * pauses. Runs asked for while it is away wait for it, within their own deadline.
 */
export class SupervisedHost {
  /** Runs sent and not yet answered: the load by which work is shared out. */
  runsInFlight = 0;
  readonly #options: SupervisedHostOptions;
  readonly #models = new Map<number, ModelArtifact>();
  readonly #stopped = new AbortController();
  /** The host when it is up; while it is away, undefined. */
  #connection: HostConnection | undefined;
  /** The same, to wait for; rejects when the host stays down. */
  #comingUp: Promise<HostConnection> | undefined;
  /** The latest host, up or still starting: the one to end. */
  #newest: HostConnection | undefined;
  #restartsInARow = 0;
  /** Down for its quarantine: the first run after that starts it again. */
  #isQuarantined = false;
  #closing: Promise<void> | undefined;

  constructor(options: SupervisedHostOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#connection !== undefined;
  }

  async load(model: number, artifact: ModelArtifact): Promise<number> {
    const connection = await this.#up();
    try {
      const { maxConcurrentRuns } = await connection.request<'load'>({ kind: 'load', model, artifact }, this.#options.limits.loadTimeoutMs);
      this.#models.set(model, artifact);
      return maxConcurrentRuns;
    } catch (thrown) {
      const error = toServingError(thrown);
      if (error.kind !== 'engine-failed') throw error;
      throw new ServingError('model-invalid', 'The engine ended or hung while it loaded this model; the log has the details.', {
        cause: error,
      });
    }
  }

  async run(model: number, inputs: TensorMap, options: RunOptions = {}): Promise<TensorMap> {
    this.runsInFlight += 1;
    try {
      const { runTimeoutMs } = this.#options.limits;
      const askedMs = performance.now();
      this.#comeBackFromQuarantine();
      const connection = this.#connection ?? (await withDeadline(this.#awaitHost(), runTimeoutMs, () => stillDown(runTimeoutMs)));
      const outputs = await connection.request<'run'>(
        { kind: 'run', model, inputs, ...options },
        Math.max(1, runTimeoutMs - (performance.now() - askedMs)),
      );
      this.#restartsInARow = 0;
      return outputs;
    } finally {
      this.runsInFlight -= 1;
    }
  }

  /** Frees the model; a host that is away comes back without it. */
  async dispose(model: number): Promise<void> {
    if (!this.#models.delete(model) || this.#connection === undefined) return;
    // When the host ends instead of answering, the model's memory went with it.
    await this.#connection.request<'dispose'>({ kind: 'dispose', model }, this.#options.limits.closeTimeoutMs).catch(() => undefined);
  }

  /** Lets the runs in flight end, within `closeTimeoutMs`, then ends the host. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopped.abort();
    const { closeTimeoutMs } = this.#options.limits;
    await this.#connection?.request<'close'>({ kind: 'close' }, closeTimeoutMs).catch(() => undefined);
    if (this.#newest === undefined) return;
    this.#newest.kill();
    // A thread that hangs in native code never exits; it must not hold up the service.
    await Promise.race([this.#newest.exited, delay(closeTimeoutMs, undefined, { ref: false })]);
  }

  /** The host for a `load`: started if it never was, and given a new chance if it stays down. */
  async #up(): Promise<HostConnection> {
    const awaited = this.#comingUp;
    const connection = await awaited?.catch(() => undefined);
    if (connection !== undefined) return connection;
    // Of several loads that find the host down, the first to get here starts it.
    if (this.#comingUp === awaited) {
      this.#restartsInARow = 0;
      this.#become(this.#start());
    }
    return await this.#awaitHost();
  }

  #comeBackFromQuarantine(): void {
    if (!this.#isQuarantined || this.#options.quarantine?.refusal() !== null) return;
    this.#isQuarantined = false;
    this.#restartsInARow = 0;
    this.#become(this.#start().catch((thrown: unknown) => this.#restart(toServingError(thrown).message)));
  }

  #awaitHost(): Promise<HostConnection> {
    return this.#comingUp ?? Promise.reject(new ServingError('internal', 'An engine host was asked to run before any model was loaded.'));
  }

  /** Makes `start` what everyone waits for. */
  #become(start: Promise<HostConnection>): void {
    this.#comingUp = start;
    // Whoever waits sees the rejection; when nobody does, it is not unhandled.
    start.catch(() => undefined);
  }

  async #start(): Promise<HostConnection> {
    const connection = new HostConnection(this.#options.openTransport);
    this.#newest = connection;
    try {
      await connection.request<'start'>({ kind: 'start', hosted: this.#options.hosted }, this.#options.limits.loadTimeoutMs);
      await this.#reload(connection);
    } catch (thrown) {
      connection.kill();
      throw notStarted(thrown);
    }
    this.#connection = connection;
    void connection.ended.then((reason) => this.#onEnded(reason));
    return connection;
  }

  async #reload(connection: HostConnection): Promise<void> {
    const { loadTimeoutMs } = this.#options.limits;
    for (const [model, artifact] of this.#models) {
      try {
        await connection.request<'load'>({ kind: 'load', model, artifact }, loadTimeoutMs);
      } catch (thrown) {
        // A model whose files are gone fails its own runs; only a host that ended keeps the others waiting.
        if (connection.hasEnded) throw thrown;
      }
      if (!this.#models.has(model)) await connection.request<'dispose'>({ kind: 'dispose', model }, loadTimeoutMs);
    }
  }

  #onEnded(reason: string): void {
    this.#connection = undefined;
    if (!this.#stopped.signal.aborted) this.#become(this.#restart(reason));
  }

  async #restart(firstReason: string): Promise<HostConnection> {
    const { limits, onHostExit, quarantine } = this.#options;
    for (let reason = firstReason; ;) {
      this.#restartsInARow += 1;
      quarantine?.recordEnd(reason);
      const refusal = quarantine?.refusal() ?? null;
      if (refusal !== null) {
        this.#isQuarantined = true;
        onHostExit({ reason, restart: null, quarantine: refusal.message });
        throw refusal;
      }
      const givesUp = this.#restartsInARow > limits.maxRestarts;
      onHostExit({ reason, restart: givesUp ? null : this.#restartsInARow });
      if (givesUp)
        throw new ServingError(
          'engine-unavailable',
          `The engine ended ${this.#restartsInARow} times in a row and is not restarted again; the log has the reasons.`,
        );
      try {
        await delay(restartDelayMs(this.#restartsInARow, limits), undefined, { signal: this.#stopped.signal });
        return await this.#start();
      } catch (thrown) {
        if (this.#stopped.signal.aborted) throw new ServingError('engine-unavailable', 'The engine is closed.');
        reason = toServingError(thrown).message;
      }
    }
  }
}

/** A ServingError `engine-unavailable` passes through: it says what to do. */
function notStarted(thrown: unknown): ServingError {
  const error = toServingError(thrown);
  if (error.kind === 'engine-unavailable') return error;
  return new ServingError('engine-unavailable', 'The engine could not be started in its thread or process; the log has the details.', {
    cause: error,
  });
}

function stillDown(waitedMs: number): ServingError {
  return new ServingError('engine-unavailable', `The engine is being restarted and did not come back within ${waitedMs} ms.`, {
    retryAfterMs: 1_000,
  });
}
