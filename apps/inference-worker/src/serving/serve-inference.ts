import type { BatchedOutputs, Batcher } from '@switchyard/batching';
import type { Clock } from '@switchyard/clock';
import { toServingError } from '@switchyard/errors';
import { PRIORITIES, imageRowsOf, validateInputs, type InferenceJob, type InferenceReply } from '@switchyard/inference';
import { imageInputOf } from '@switchyard/model-registry';
import type { Logger } from '@switchyard/service-runtime';
import { byteCount } from '@switchyard/tensor';
import type { LoadedVersions } from '../loading/loaded-versions.js';
import type { ImageJob } from './answer-images.js';
import { LaterRows } from './later-rows.js';

export interface ServeInferenceOptions {
  readonly versions: Pick<LoadedVersions, 'acquire'>;
  /** Answers jobs whose rows are encoded pictures. */
  readonly answerImages: (job: ImageJob) => Promise<InferenceReply>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One job: its version's batcher answers it, once pictures are tensors. The page to read first. */
export function createServeInference({ versions, answerImages, clock, logger }: ServeInferenceOptions): (job: InferenceJob) => Promise<InferenceReply> {
  const laterRows = new WeakMap<Batcher, LaterRows>();
  const laterRowsOf = (batcher: Batcher): LaterRows => {
    const known = laterRows.get(batcher) ?? new LaterRows(batcher);
    laterRows.set(batcher, known);
    return known;
  };
  const serve = async (job: InferenceJob): Promise<InferenceReply> => {
    const { manifest, batcher } = await versions.acquire(job.model, job.version);
    // The api has checked this already; jobs may have waited long, or come from an older api: nothing unchecked reaches a native engine.
    validateInputs(job.inputs, manifest.signature, imageInputOf(manifest));
    const images = imageRowsOf(job.inputs, manifest);
    if (images !== null) return answerImages({ job, images, batcher });
    const lastDeadlineAtMs = Math.max(...job.entries.map((entry) => entry.deadlineAtMs));
    const submit = (): Promise<BatchedOutputs> =>
      batcher.submit(job.inputs, {
        rows: job.rows,
        priorityClass: PRIORITIES.indexOf(job.priority),
        deadlineAtMs: clock.nowMs() + (lastDeadlineAtMs - clock.wallMs()),
      });
    const answer = job.priority === 'interactive' ? await submit() : await laterRowsOf(batcher).run({ rows: job.rows, bytes: byteCount(job.inputs) }, submit);
    return { ...answer, timing: { ...answer.timing, preprocessMs: 0 } };
  };
  return async (job) => {
    const startedAtMs = clock.nowMs();
    try {
      const reply = await serve(job);
      logFailures(logger, job, reply);
      // Per job, on the hot road: nothing is put together unless somebody reads it.
      if (logger.isLevelEnabled('debug')) logger.debug({ ...idsOf(job), rows: job.rows, durationMs: clock.nowMs() - startedAtMs }, 'inference.job-done');
      return reply;
    } catch (thrown) {
      // The queue makes an answer of it, for a caller in another process: here is the last place that knows whose requests these were.
      const error = toServingError(thrown);
      logger.warn({ ...idsOf(job), kind: error.kind, err: thrown }, 'inference.job-failed');
      throw error;
    }
  };
}

function idsOf({ id, model, version, entries }: InferenceJob): object {
  return { jobId: id, requestIds: entries.map((entry) => entry.requestId), model, version };
}

function logFailures(logger: Logger, job: InferenceJob, { failures }: InferenceReply): void {
  for (const { from, to, error } of failures) {
    const requestIds = entriesWithin(job, from, to);
    logger.warn({ jobId: job.id, requestIds, model: job.model, version: job.version, kind: error.kind, err: error }, 'inference.rows-failed');
  }
}

/** Ids of the requests whose rows lie in `[from, to)`. */
function entriesWithin(job: InferenceJob, from: number, to: number): string[] {
  let start = 0;
  return job.entries.flatMap((entry) => {
    const [begin, end] = [start, (start += entry.rows)];
    return begin < to && end > from ? [entry.requestId] : [];
  });
}
