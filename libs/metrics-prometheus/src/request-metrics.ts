import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { LATENCY_BUCKETS_SECONDS } from './buckets.js';

export interface RequestMetrics {
  /** One answered request. `code` is the status the client saw. */
  answered(request: { readonly protocol: string; readonly model: string; readonly code: number; readonly durationMs: number }): void;
  jobSubmitted(model: string): void;
  /** Requests of every protocol that were answered, and those of them that were answered with an error; other HTTP requests are not counted. */
  totals(): Promise<{ readonly requests: number; readonly errors: number }>;
  /** Reads the rows in hand whenever Prometheus asks. */
  observeRowsInHand(read: () => number): void;
}

interface Answers {
  readonly labels: { readonly protocol: string; readonly model: string; readonly code: number };
  count: number;
}

/** What requests are counted under that ask for no prediction. */
export const NO_PROTOCOL = 'http';
const FIRST_ERROR_CODE = 400;

/** What the api counts. Model names come from the catalog, never from clients: labels stay few. */
export function createRequestMetrics(registry: Registry): RequestMetrics {
  const registers = [registry];
  const answers = new Map<string, Answers>();
  const requests = new Counter({
    name: 'switchyard_requests_total', help: 'Requests answered.', labelNames: ['protocol', 'model', 'code'], registers,
    collect() {
      for (const { labels, count } of answers.values()) this.inc(labels, count);
      answers.clear();
    },
  });
  const durations = new Histogram({
    name: 'switchyard_request_duration_seconds', help: 'From the last byte of a request to its answer.', labelNames: ['protocol', 'model'], buckets: LATENCY_BUCKETS_SECONDS, registers,
  });
  const jobs = new Counter({ name: 'switchyard_jobs_submitted_total', help: 'Asynchronous jobs accepted.', labelNames: ['model'], registers });
  return {
    answered({ protocol, model, code, durationMs }) {
      // Summed up here until somebody asks: the registry would sort and join the labels for every request.
      const key = `${code} ${protocol} ${model}`;
      const known = answers.get(key);
      if (known === undefined) answers.set(key, { labels: { protocol, model, code }, count: 1 });
      else known.count += 1;
      durations.observe({ protocol, model }, durationMs / 1_000);
    },
    jobSubmitted: (model) => jobs.inc({ model }),
    async totals() {
      const counted = (await requests.get()).values.filter(({ labels }) => labels.protocol !== NO_PROTOCOL);
      return { requests: total(counted), errors: total(counted.filter(({ labels }) => Number(labels.code) >= FIRST_ERROR_CODE)) };
    },
    observeRowsInHand: (read) => void new Gauge({
      name: 'switchyard_rows_in_hand', help: 'Rows of sync requests that wait in this api process or are under way.', registers,
      collect() {
        this.set(read());
      },
    }),
  };
}

function total(values: readonly { readonly value: number }[]): number {
  return values.reduce((sum, { value }) => sum + value, 0);
}
