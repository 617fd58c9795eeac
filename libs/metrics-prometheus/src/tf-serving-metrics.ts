import { Counter, type Registry } from 'prom-client';
import type { ReplyTiming } from '@switchyard/inference';
import { ExponentialHistogram, type ExponentialBuckets, type HistogramCell } from './exponential-histogram.js';

/** TensorFlow Serving's names of the calls. */
export type TfServingApi = 'Predict' | 'Classify' | 'Regress' | 'MultiInference' | 'GetModelMetadata' | 'GetModelStatus' | 'HandleReloadConfigRequest';

export interface TfServingCall {
  /** From the catalog, never from the client; empty when it named no model that exists. */
  readonly model: string;
  readonly api: TfServingApi;
  readonly entrypoint: 'REST' | 'GRPC';
}

/** What a call that reached a model had run for it. */
export interface TfServingRun {
  readonly rows: number;
  readonly timing: ReplyTiming;
}

/** The figures TensorFlow Serving exports, under its own names, so that its users' dashboards go on working. */
export interface TfServingMetrics {
  /** One call that was answered with what it asked for; `run` is undefined where no model had to run. */
  succeeded(call: TfServingCall, durationMs: number, run?: TfServingRun): void;
  /** What a model ran for a call whose end is counted elsewhere, by `succeeded` without a run or by `failed`. */
  ran(call: TfServingCall, run: TfServingRun): void;
  /** One call that was refused or failed. @param status the name of the status code, as `INVALID_ARGUMENT` */
  failed(model: string, status: string): void;
  /** How long a version took to be warmed up. */
  warmedUp(modelPath: string, durationMs: number): void;
}

const MICROSECONDS_PER_MS = 1_000;
/** The buckets are TensorFlow Serving's own (servables/tensorflow/util.cc, batching/batching_session.cc), so that old and new histograms add up. */
const LATENCY_BUCKETS: ExponentialBuckets = { scale: 10, growth: 1.8, count: 33 };
const QUEUING_BUCKETS: ExponentialBuckets = { scale: 100, growth: 1.2, count: 52 };
const SIZE_BUCKETS: ExponentialBuckets = { scale: 1, growth: 2, count: 14 };
/** What TensorFlow Serving calls the runtime is one of TensorFlow's two; there a model may run on any engine. */
const RUNTIME = 'switchyard';

/** Paths as `/tensorflow/serving/request_count` become `:tensorflow:serving:request_count` on the page that Prometheus reads. */
export function createTfServingMetrics(registry: Registry): TfServingMetrics {
  const registers = [registry];
  const requests = new Counter({ name: ':tensorflow:serving:request_count', help: 'The total number of requests.', labelNames: ['model_name', 'status'], registers });
  const warmUps = new ExponentialHistogram({
    name: ':tensorflow:serving:model_warmup_latency', help: 'Wall time of warming up a version, in microseconds.', labelNames: ['model_path', 'status'], buckets: LATENCY_BUCKETS,
  }, registry);
  const cells = createCells(registry);
  return {
    succeeded(call, durationMs, run) {
      requests.inc({ model_name: call.model, status: 'OK' });
      const cell = cells(call);
      cell.request.observe(durationMs * MICROSECONDS_PER_MS);
      if (run !== undefined) observeRun(cell, run);
    },
    ran: (call, run) => observeRun(cells(call), run),
    failed: (model, status) => requests.inc({ model_name: model, status }),
    warmedUp: (modelPath, durationMs) => warmUps.cell({ model_path: modelPath, status: 'OK' }).observe(durationMs * MICROSECONDS_PER_MS),
  };
}

/** The cells of one model, call and entrance, found once. */
interface CallCells {
  readonly request: HistogramCell;
  readonly runtime: HistogramCell;
  readonly queuing: HistogramCell;
  readonly inputRows: HistogramCell;
  readonly processedRows: HistogramCell;
  readonly padding: (rows: number) => HistogramCell;
}

function observeRun(cells: CallCells, { rows, timing }: TfServingRun): void {
  const runRows = timing.runRows ?? timing.batchRows;
  cells.runtime.observe(timing.computeMs * MICROSECONDS_PER_MS);
  cells.queuing.observe(timing.queueMs * MICROSECONDS_PER_MS);
  cells.inputRows.observe(rows);
  for (let batch = 0; batch < timing.executions; batch++) {
    cells.processedRows.observe(runRows);
    cells.padding(runRows).observe(runRows - timing.batchRows);
  }
}

function createCells(registry: Registry): (call: TfServingCall) => CallCells {
  const known = new Map<string, CallCells>();
  const histograms = createHistograms(registry);
  return ({ model, api, entrypoint }) => {
    const key = `${model}|${api}|${entrypoint}`;
    const cells = known.get(key) ?? cellsOf(histograms, { model, api, entrypoint });
    known.set(key, cells);
    return cells;
  };
}

function cellsOf(histograms: ReturnType<typeof createHistograms>, { model, api, entrypoint }: TfServingCall): CallCells {
  return {
    // Over REST TensorFlow Serving names the call as the path does.
    request: histograms.request.cell({ model_name: model, API: entrypoint === 'REST' ? api.toLowerCase() : api, entrypoint }),
    runtime: histograms.runtime.cell({ model_name: model, API: api, runtime: RUNTIME }),
    queuing: histograms.queuing.cell({ thread_pool_name: model }),
    inputRows: histograms.inputRows.cell({ model_name: model }),
    processedRows: histograms.processedRows.cell({ model_name: model }),
    padding: (rows) => histograms.padding.cell({ execution_batch_size: String(rows) }),
  };
}

function createHistograms(registry: Registry) {
  const histogram = <Label extends string>(name: string, help: string, labelNames: readonly Label[], buckets: ExponentialBuckets): ExponentialHistogram<Label> =>
    new ExponentialHistogram({ name: `:tensorflow:serving:${name}`, help, labelNames, buckets }, registry);
  return {
    request: histogram('request_latency', 'Wall time of a request, in microseconds.', ['model_name', 'API', 'entrypoint'], LATENCY_BUCKETS),
    runtime: histogram('runtime_latency', 'Wall time of running the model, in microseconds.', ['model_name', 'API', 'runtime'], LATENCY_BUCKETS),
    queuing: histogram('batching_session:queuing_latency', 'Wall time spent waiting for a batch, in microseconds.', ['thread_pool_name'], QUEUING_BUCKETS),
    inputRows: histogram('batching_session:input_batch_size', 'Rows of a request.', ['model_name'], SIZE_BUCKETS),
    processedRows: histogram('batching_session:processed_batch_size', 'Rows a batch ran with.', ['model_name'], SIZE_BUCKETS),
    padding: histogram('batching_session:padding_size', 'Rows a batch was filled up with.', ['execution_batch_size'], SIZE_BUCKETS),
  };
}
