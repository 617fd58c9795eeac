import type { DurationStatistics, VersionStatistics } from '@switchyard/inference';
import type { DefaultModel } from './default-model.js';

export interface RequestStatisticsOptions {
  readonly model: DefaultModel;
  /** Of every protocol, since this process started. */
  readonly totals: { readonly requests: number; readonly errors: number };
  readonly versions: readonly VersionStatistics[];
}

/** `GET /metrics` as JSON: how many requests this process has answered and how many of them with an error, in all and by version; times are means. */
export function requestStatistics({ model, totals, versions }: RequestStatisticsOptions) {
  return {
    model: model.name,
    model_version: model.manifest === null ? null : String(model.manifest.version),
    requests_total: totals.requests,
    errors_total: totals.errors,
    success_rate: percentOf(totals.requests - totals.errors, totals.requests),
    models: versions.map((version) => describeVersion(version)),
  };
}

function describeVersion({ model, version, rows, executions, success, failure, queue, preprocess, compute }: VersionStatistics) {
  return {
    model, version: String(version), requests_total: success.count + failure.count, errors_total: failure.count, rows_total: rows, batches_total: executions,
    request_time_ms: mean(success), queue_time_ms: mean(queue), preprocessing_time_ms: mean(preprocess), inference_time_ms: mean(compute),
  };
}

/** With two decimals; nothing asked is nothing failed. */
function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.round((part / whole) * 10_000) / 100;
}

function mean({ count, totalMs }: DurationStatistics): number | null {
  return count === 0 ? null : Math.round((totalMs / count) * 100) / 100;
}
