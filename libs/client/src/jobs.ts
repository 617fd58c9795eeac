import { callJson } from './call-json.js';
import { Deadline } from './deadline.js';
import { hasEnded, jobFromWire, type Job, type WireJob } from './job.js';
import { jobStates } from './job-states.js';
import type { ColumnInputs, RowInputs, VersionOptions } from './predictions.js';
import { retryDelayMs } from './retry-delay.js';
import { SwitchyardError } from './switchyard-error.js';
import type { CallOptions, Transport } from './transport.js';

export interface SubmitOptions extends CallOptions, VersionOptions {
  /** `normal` jobs go before `bulk` ones; requests whose callers wait go before both. */
  readonly priority?: 'normal' | 'bulk';
  /** From now; an answer that is later is of no use, and the job fails. The server's limit by default, as a day. */
  readonly deadlineMs?: number;
  /** A name of your own for this submission: given again within a day with the same job, the same job is returned. By default one per call, so that the call itself may be repeated. */
  readonly idempotencyKey?: string;
}

/** Long enough for most jobs; larger ones are given a `timeoutMs` of their own. */
const DEFAULT_WAIT_MS = 10 * 60_000;
/** A long poll is answered before proxies lose patience. */
const LONGEST_POLL_MS = 25_000;

/** Predictions for later: submitted, and looked at, waited for, followed or cancelled by their id. */
export class Jobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @throws SwitchyardError `invalid-input`, `model-not-found`, `overloaded`, `conflict` when the key stands for another job, … */
  async submit<Result = unknown>(model: string, inputs: RowInputs | ColumnInputs, options: SubmitOptions = {}): Promise<Job<Result>> {
    const { version, alias, priority, deadlineMs, idempotencyKey = crypto.randomUUID(), ...call } = options;
    const chosen = version ?? alias;
    const body = {
      model,
      ...(chosen !== undefined && { version: chosen }),
      ...(priority !== undefined && { priority }),
      ...(deadlineMs !== undefined && { deadline_seconds: deadlineMs / 1_000 }),
      ...inputs,
    };
    const headers = { 'idempotency-key': idempotencyKey };
    return jobFromWire(await callJson<WireJob<Result>>(this.#transport, { method: 'POST', path: '/jobs', headers, body, isRepeatable: true }, call));
  }

  /** @throws SwitchyardError `job-not-found` when there is none, or its result has expired */
  async get<Result = unknown>(id: string, options?: CallOptions): Promise<Job<Result>> {
    return this.#look(id, '', options);
  }

  /**
   * The job once it has ended, however it did: look at its `status`.
   * @param options `timeoutMs` is ten minutes by default
   * @throws SwitchyardError `deadline-exceeded` when it has not ended by then; it goes on, and may be waited for again
   */
  async await<Result = unknown>(id: string, { timeoutMs = DEFAULT_WAIT_MS, signal, ...options }: CallOptions = {}): Promise<Job<Result>> {
    const deadline = new Deadline(timeoutMs, signal);
    try {
      for (let attempt = 0; ; attempt++) {
        const job = await this.#poll<Result>(id, deadline, options);
        if (job !== null && hasEnded(job)) return job;
        if (job === null) await deadline.sleep(retryDelayMs(attempt, null));
      }
    } finally {
      deadline.close();
    }
  }

  /**
   * The job as it is now, and after each change until it has ended. A connection that breaks is made again.
   * @param options `timeoutMs` is ten minutes by default
   * @throws SwitchyardError `deadline-exceeded` when it has not ended by then
   */
  stream<Result = unknown>(id: string, { timeoutMs = DEFAULT_WAIT_MS, ...options }: CallOptions = {}): AsyncGenerator<Job<Result>, void> {
    return jobStates<Result>(this.#transport, id, { ...options, timeoutMs });
  }

  /** Cancels what has not ended; the job as it is afterwards. */
  async cancel<Result = unknown>(id: string, options?: CallOptions): Promise<Job<Result>> {
    return jobFromWire(await callJson<WireJob<Result>>(this.#transport, { method: 'DELETE', path: `/jobs/${encodeURIComponent(id)}`, isRepeatable: true }, options));
  }

  async #look<Result>(id: string, query: string, options?: CallOptions): Promise<Job<Result>> {
    return jobFromWire(await callJson<WireJob<Result>>(this.#transport, { method: 'GET', path: `/jobs/${encodeURIComponent(id)}${query}`, isRepeatable: true }, options));
  }

  /** A long poll; a plain look where too many wait already, and null when the job had not ended then. */
  async #poll<Result>(id: string, deadline: Deadline, options: CallOptions): Promise<Job<Result> | null> {
    if (deadline.signal.aborted) throw deadline.signal.reason as SwitchyardError;
    const { signal } = deadline;
    const waitMs = Math.min(LONGEST_POLL_MS, deadline.remainingMs);
    try {
      return await this.#look<Result>(id, `?wait=${(waitMs / 1_000).toFixed(3)}`, { ...options, timeoutMs: waitMs + this.#transport.timeoutMs, signal });
    } catch (error) {
      if (signal.aborted) throw signal.reason as SwitchyardError;
      if (!(error instanceof SwitchyardError) || error.kind !== 'overloaded') throw error;
      const job = await this.#look<Result>(id, '', { ...options, signal });
      return hasEnded(job) ? job : null;
    }
  }
}
