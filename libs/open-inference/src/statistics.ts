import type { DurationStatistics, VersionStatistics } from '@switchyard/inference';

const NANOS_PER_MS = 1e6;
const NOTHING: DurationStatistics = { count: 0, totalMs: 0 };

/** Those of a version that nobody has asked yet. */
export function noStatistics(model: string, version: number): VersionStatistics {
  return {
    model, version, lastAnswerAtMs: null, rows: 0, executions: 0, success: NOTHING, failure: NOTHING, queue: NOTHING, preprocess: NOTHING, compute: NOTHING, batches: new Map(),
  };
}

interface DurationCount {
  readonly count: number;
  readonly ns: number;
}

/**
 * One version's statistics in Triton's fields (https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_statistics.md).
 * Preprocessing counts as `compute_input`; there is no separate time for outputs, no response cache, and no measure of memory.
 */
export function statisticsOf(statistics: VersionStatistics): Readonly<Record<string, unknown>> {
  const { model, version, lastAnswerAtMs, rows, executions, success, failure, queue, preprocess, compute, batches } = statistics;
  return {
    name: model,
    version: String(version),
    last_inference: lastAnswerAtMs ?? 0,
    inference_count: rows,
    execution_count: executions,
    inference_stats: {
      success: durationCount(success), fail: durationCount(failure), queue: durationCount(queue),
      compute_input: durationCount(preprocess), compute_infer: durationCount(compute), compute_output: durationCount({ ...NOTHING, count: compute.count }),
      cache_hit: durationCount(NOTHING), cache_miss: durationCount(NOTHING),
    },
    response_stats: {},
    batch_stats: [...batches].map(([batchSize, computed]) => ({
      batch_size: batchSize,
      compute_input: durationCount({ ...NOTHING, count: computed.count }),
      compute_infer: durationCount(computed),
      compute_output: durationCount({ ...NOTHING, count: computed.count }),
    })),
    memory_usage: [],
  };
}

function durationCount({ count, totalMs }: DurationStatistics): DurationCount {
  return { count, ns: Math.round(totalMs * NANOS_PER_MS) };
}
