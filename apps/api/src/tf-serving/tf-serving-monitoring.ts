import type { Registry } from 'prom-client';
import type { WorkerDirectory, WorkerLease } from '@switchyard/inference';
import type { TfServingMetrics } from '@switchyard/metrics-prometheus';

export interface TfServingMonitoringOptions {
  readonly registry: Registry;
  readonly metrics: TfServingMetrics;
  readonly workers: WorkerDirectory;
}

/** TF Serving's figures as a page: those of the calls this process has answered, and the warm-ups of the workers that live. */
export class TfServingMonitoring {
  readonly #options: TfServingMonitoringOptions;
  /** Warm-ups that are counted already: worker, model and version. Those of workers that have gone are forgotten. */
  #counted = new Set<string>();

  constructor(options: TfServingMonitoringOptions) {
    this.#options = options;
  }

  page(): Promise<string> {
    const { registry, metrics, workers } = this.#options;
    const counted = new Set<string>();
    for (const lease of workers.current()) {
      for (const { key, path, warmUpMs } of warmUpsOf(lease)) {
        if (!this.#counted.has(key)) metrics.warmedUp(path, warmUpMs);
        counted.add(key);
      }
    }
    this.#counted = counted;
    return registry.metrics();
  }
}

function warmUpsOf({ id, models }: WorkerLease): { readonly key: string; readonly path: string; readonly warmUpMs: number }[] {
  return models.flatMap(({ name, version, warmUpMs }) => (warmUpMs === undefined ? [] : [{ key: `${id}/${name}/${version}`, path: `models/${name}/versions/${version}`, warmUpMs }]));
}
