import { Registry } from 'prom-client';
import type { WorkerDirectory } from '@switchyard/inference';
import { createTfServingMetrics, type TfServingMetrics } from '@switchyard/metrics-prometheus';
import { TfServingMonitoring } from './tf-serving-monitoring.js';

export interface TfServingParts {
  readonly tfServingMetrics: TfServingMetrics;
  readonly monitoring: TfServingMonitoring;
}

/** What TF Serving's two protocols count into, and the page that shows it: a registry of its own, since its names are. */
export function createTfServingParts(workers: WorkerDirectory): TfServingParts {
  const registry = new Registry();
  const tfServingMetrics = createTfServingMetrics(registry);
  return { tfServingMetrics, monitoring: new TfServingMonitoring({ registry, metrics: tfServingMetrics, workers }) };
}
