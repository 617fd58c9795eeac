import { percentile } from '../figures/percentile.js';
import { LatencyLog } from './latency-log.js';
import type { LoadPlan, LoadResult } from './load-plan.js';
import { ResponseSamples } from './response-samples.js';

/** More than one Node process can drive (75,000 against a server that does nothing); latencies beyond are counted, not kept. */
const MAX_ANSWERS_PER_SECOND = 100_000;

/** Writes down what happens during one load. */
export class LoadTally {
  readonly #latencies: LatencyLog;
  readonly #samples: ResponseSamples;
  readonly #failures = new Map<string, number>();
  #failureCount = 0;

  constructor({ measureMs, samples }: LoadPlan) {
    this.#latencies = new LatencyLog(Math.ceil((measureMs / 1_000) * MAX_ANSWERS_PER_SECOND));
    this.#samples = new ResponseSamples(samples);
  }

  get answers(): number {
    return this.#latencies.count;
  }

  get failures(): number {
    return this.#failureCount;
  }

  answer(latencyMs: number, request: number, body: Buffer): void {
    this.#latencies.add(latencyMs);
    this.#samples.offer(request, body);
  }

  fail(kind: string): void {
    this.#failureCount += 1;
    this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1);
  }

  /** @param durationMs of the measurement; 0 when it never began */
  result(durationMs: number): LoadResult {
    const sorted = this.#latencies.sorted();
    return {
      answers: this.answers,
      durationMs,
      answersPerSecond: durationMs > 0 ? (this.answers * 1_000) / durationMs : 0,
      p50Ms: percentile(sorted, 0.5),
      p95Ms: percentile(sorted, 0.95),
      p99Ms: percentile(sorted, 0.99),
      maxMs: percentile(sorted, 1),
      failures: Object.fromEntries(this.#failures),
      samples: this.#samples.kept,
    };
  }
}
