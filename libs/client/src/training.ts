import { callJson } from './call-json.js';
import { Deadline } from './deadline.js';
import { retryDelayMs } from './retry-delay.js';
import type { CallOptions, Transport } from './transport.js';

export interface RetrainOptions extends CallOptions {
  /** The pipeline, or the model it makes; neither where there is one pipeline only. */
  readonly pipeline?: string;
  readonly model?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
}

/** A run that was asked for; one that waits or works already is named instead of another one. */
export interface QueuedRun {
  readonly runId: string;
  readonly pipeline: string;
  readonly model: string;
  readonly message: string;
}

export interface Run {
  readonly id: string;
  /** `rejected` means that the gate held: the new version was not good enough. */
  readonly status: 'queued' | 'running' | 'succeeded' | 'rejected' | 'failed' | 'canceled';
  /** The step it is at, or ended at; absent while it is queued. */
  readonly step?: string;
  /** The version it published. */
  readonly version?: number | null;
  /** Why it ended as it did. */
  readonly reason: string | null;
  readonly evaluation?: { readonly accuracy: number; readonly precision: number; readonly recall: number; readonly f1: number } | null;
}

export interface Pipeline {
  readonly name: string;
  readonly model: string;
  /** When it runs by itself, as cron. */
  readonly schedule?: string | null;
  readonly gate: { readonly metric: string; readonly minimum: number };
}

/** Training takes minutes; larger runs are given a `timeoutMs` of their own. */
const DEFAULT_WAIT_MS = 30 * 60_000;

/** Retraining, and what runs came to. */
export class Training {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async pipelines(options?: CallOptions): Promise<readonly Pipeline[]> {
    return (await callJson<{ pipelines: Pipeline[] }>(this.#transport, { method: 'GET', path: '/pipelines', isRepeatable: true }, options)).pipelines;
  }

  /** @throws SwitchyardError `invalid-input` when no pipeline fits, or several do */
  async retrain({ pipeline, model, epochs, batchSize, learningRate, ...options }: RetrainOptions = {}): Promise<QueuedRun> {
    const body = { pipeline, model, epochs, batch_size: batchSize, learning_rate: learningRate };
    const run = await callJson<{ run_id: string; pipeline: string; model: string; message: string }>(this.#transport, { method: 'POST', path: '/retrain', body, isRepeatable: false }, options);
    return { runId: run.run_id, pipeline: run.pipeline, model: run.model, message: run.message };
  }

  /** @throws SwitchyardError `run-not-found` */
  run(id: string, options?: CallOptions): Promise<Run> {
    return callJson<Run>(this.#transport, { method: 'GET', path: `/runs/${encodeURIComponent(id)}`, isRepeatable: true }, options);
  }

  /**
   * The run once it has ended, however it did.
   * @param options `timeoutMs` is half an hour by default
   * @throws SwitchyardError `deadline-exceeded` when it has not ended by then; it goes on
   */
  async awaitRun(id: string, { timeoutMs = DEFAULT_WAIT_MS, signal, ...options }: CallOptions = {}): Promise<Run> {
    const deadline = new Deadline(timeoutMs, signal);
    try {
      for (let look = 0; ; look++) {
        const run = await this.run(id, { ...options, signal: deadline.signal }).catch((error: unknown) => {
          throw deadline.signal.aborted ? deadline.signal.reason : error;
        });
        if (run.status !== 'queued' && run.status !== 'running') return run;
        await deadline.sleep(retryDelayMs(look, null));
      }
    } finally {
      deadline.close();
    }
  }
}
