import { ServingError } from '@switchyard/errors';
import type { LoadResult } from '../load/load-plan.js';
import { runLoadApart } from '../load/run-load-apart.js';
import { ProcessWatch, type ProcessFigures, type WatchFigures } from '../processes/process-watch.js';
import type { RunningSystem } from '../systems/system.js';
import type { Workload } from '../workloads/workload.js';

/** What one load on one system came to. */
export interface LoadFigures extends Omit<LoadResult, 'samples'> {
  readonly model: string;
  /** As the report says it. */
  readonly format: string;
  readonly connections: number;
  readonly rowsPerSecond: number;
  /** Answers that were looked at. */
  readonly checkedAnswers: number;
  /** What was wrong with those that were wrong. */
  readonly wrongAnswers: readonly string[];
  readonly processes: readonly ProcessFigures[];
  /** CPU that programs which do not belong to the measurement took, in cores; much of it makes the figures worthless. */
  readonly otherCores: number | null;
}

export interface LoadSettings {
  readonly connections: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Ends the measurement earlier, after so many answers. */
  readonly maxAnswers?: number;
}

const REQUEST_TIMEOUT_MS = 30_000;
const CHECKED_ANSWERS = 200;

/**
 * Puts one load on a running system, and watches its processes meanwhile.
 *
 * @param onPhase told when the measurement begins, and when it is over
 * @throws ServingError `invalid-input` when the system does not take the workload
 */
export async function measureLoad(
  system: RunningSystem,
  workload: Workload,
  settings: LoadSettings,
  onPhase: (phase: 'measuring' | 'measured') => void = () => undefined,
): Promise<LoadFigures> {
  const { format, model } = workload;
  const [url, ...otherUrls] = system.urlsOf(workload);
  if (url === undefined) throw new ServingError('invalid-input', `This system does not take the format "${format.name}" for "${model}".`);
  let watch: ProcessWatch | undefined;
  let watched: WatchFigures | undefined;
  const { samples, ...result } = await runLoadApart(
    { url, otherUrls, transport: format.transport, requests: workload.requests, requestTimeoutMs: REQUEST_TIMEOUT_MS, samples: CHECKED_ANSWERS, ...settings },
    (phase, pid) => {
      if (phase === 'measuring') watch = new ProcessWatch([...system.processes(), { name: 'load generator', pid }]);
      else watched = watch?.end();
      onPhase(phase);
    },
  );
  return {
    ...result,
    model,
    format: format.description,
    connections: settings.connections,
    rowsPerSecond: result.answersPerSecond * workload.rowsPerRequest,
    checkedAnswers: samples.length,
    wrongAnswers: samples.flatMap(({ request, body }) => workload.problemWith(request, body) ?? []),
    processes: watched?.processes ?? [],
    otherCores: watched?.otherCores ?? null,
  };
}
