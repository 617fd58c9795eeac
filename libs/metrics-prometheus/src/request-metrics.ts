import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { LATENCY_BUCKETS_SECONDS } from './buckets.js';

export interface RequestMetrics {
  /** One answered request. `code` is the status the client saw. */
  answered(request: { readonly protocol: string; readonly model: string; readonly code: number; readonly durationMs: number }): void;
  jobSubmitted(model: string): void;
  /** Reads the rows in hand whenever Prometheus asks. */
  observeRowsInHand(read: () => number): void;
}

/** What the api counts. Model names come from the catalog, never from clients: labels stay few. */
export function createRequestMetrics(registry: Registry): RequestMetrics {
  const registers = [registry];
  const requests = new Counter({ name: 'switchyard_requests_total', help: 'Requests answered.', labelNames: ['protocol', 'model', 'code'], registers });
  const durations = new Histogram({
    name: 'switchyard_request_duration_seconds', help: 'From the last byte of a request to its answer.', labelNames: ['protocol', 'model'], buckets: LATENCY_BUCKETS_SECONDS, registers,
  });
  const jobs = new Counter({ name: 'switchyard_jobs_submitted_total', help: 'Asynchronous jobs accepted.', labelNames: ['model'], registers });
  return {
    answered({ protocol, model, code, durationMs }) {
      requests.inc({ protocol, model, code });
      durations.observe({ protocol, model }, durationMs / 1_000);
    },
    jobSubmitted: (model) => jobs.inc({ model }),
    observeRowsInHand: (read) => void new Gauge({
      name: 'switchyard_rows_in_hand', help: 'Rows of sync requests that wait in this api process or are under way.', registers,
      collect() {
        this.set(read());
      },
    }),
  };
}
