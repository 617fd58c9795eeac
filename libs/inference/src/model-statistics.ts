import type { InferRequest, InferResponse } from './infer-request.js';

/** How often something was done, and how long it took in all. */
export interface DurationStatistics {
  readonly count: number;
  readonly totalMs: number;
}

/** What one process has seen of one version since it started. */
export interface VersionStatistics {
  readonly model: string;
  readonly version: number;
  /** Wall time of the last answer; null before the first. */
  readonly lastAnswerAtMs: number | null;
  /** Rows answered. */
  readonly rows: number;
  /** Batches run for them. */
  readonly executions: number;
  /** Requests answered, from their decoding to their answer. */
  readonly success: DurationStatistics;
  /** Requests that ended in an error, whatever the reason. */
  readonly failure: DurationStatistics;
  readonly queue: DurationStatistics;
  readonly preprocess: DurationStatistics;
  readonly compute: DurationStatistics;
  /** Runs by the rows of the batch, ascending. */
  readonly batches: ReadonlyMap<number, DurationStatistics>;
}

interface Sum {
  count: number;
  totalMs: number;
}

interface Entry {
  readonly model: string;
  readonly version: number;
  lastAnswerAtMs: number | null;
  rows: number;
  executions: number;
  readonly success: Sum;
  readonly failure: Sum;
  readonly queue: Sum;
  readonly preprocess: Sum;
  readonly compute: Sum;
  readonly batches: Map<number, Sum>;
}

/** Counts requests per version, for the protocols that report them. A few additions per request; nothing is kept of the request itself. */
export class ModelStatistics {
  readonly #entries = new Map<string, Entry>();

  answered(request: Pick<InferRequest, 'model' | 'version' | 'rows'>, { timing }: Pick<InferResponse, 'timing'>, at: { durationMs: number; wallMs: number }): void {
    const entry = this.#entry(request);
    entry.lastAnswerAtMs = at.wallMs;
    entry.rows += request.rows;
    entry.executions += timing.executions;
    add(entry.success, at.durationMs);
    add(entry.queue, timing.queueMs);
    add(entry.preprocess, timing.preprocessMs);
    add(entry.compute, timing.computeMs);
    if (timing.executions > 0) add(this.#batch(entry, timing.batchRows), timing.computeMs);
  }

  failed(request: Pick<InferRequest, 'model' | 'version'>, durationMs: number): void {
    add(this.#entry(request).failure, durationMs);
  }

  /** All of them, or those of one model, or of one version of it; none for what has not been asked for yet. */
  of(model?: string, version?: number): VersionStatistics[] {
    return [...this.#entries.values()].filter((entry) => (model === undefined || entry.model === model) && (version === undefined || entry.version === version)).map(snapshot);
  }

  #entry({ model, version }: { readonly model: string; readonly version: number }): Entry {
    const key = `${model}@${version}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = {
      model, version, lastAnswerAtMs: null, rows: 0, executions: 0, success: zero(), failure: zero(), queue: zero(), preprocess: zero(), compute: zero(), batches: new Map(),
    };
    this.#entries.set(key, entry);
    return entry;
  }

  #batch({ batches }: Entry, rows: number): Sum {
    const sum = batches.get(rows) ?? zero();
    batches.set(rows, sum);
    return sum;
  }
}

function snapshot(entry: Entry): VersionStatistics {
  const { success, failure, queue, preprocess, compute, batches } = entry;
  const ascending = [...batches].sort(([a], [b]) => a - b).map(([rows, sum]) => [rows, { ...sum }] as const);
  return {
    ...entry, success: { ...success }, failure: { ...failure }, queue: { ...queue }, preprocess: { ...preprocess }, compute: { ...compute }, batches: new Map(ascending),
  };
}

function zero(): Sum {
  return { count: 0, totalMs: 0 };
}

function add(sum: Sum, durationMs: number): void {
  sum.count += 1;
  sum.totalMs += durationMs;
}
