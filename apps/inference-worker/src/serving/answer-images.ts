import { Semaphore } from 'async-mutex';
import { joinOutcomes, type Batcher, type BatchTiming, type RowsOutcome } from '@switchyard/batching';
import type { Clock } from '@switchyard/clock';
import { ServingError, toServingError } from '@switchyard/errors';
import { decodeImage } from '@switchyard/image-sharp';
import { NO_TIMING, PRIORITIES, type ImageRows, type InferenceJob, type InferenceReply, type ReplyTiming } from '@switchyard/inference';
import { bytesPerElement, elementCount, sliceRowsOfAll, type NumericDtype, type TensorMap } from '@switchyard/tensor';

const BYTES_PER_MEGABYTE = 1024 * 1024;

export interface AnswerImagesOptions {
  readonly clock: Clock;
  /** Pictures decoded at a time. */
  readonly maxDecoding: number;
  /** Of pictures that are being decoded or wait for their batch's answer; bounds what a burst of small files can grow to. */
  readonly maxDecodedMegabytes: number;
}

/** A job whose rows are encoded pictures, and the version that answers it. */
export interface ImageJob {
  readonly job: InferenceJob;
  readonly images: ImageRows;
  readonly batcher: Pick<Batcher, 'submit'>;
}

interface RowAnswer {
  readonly outcome: RowsOutcome;
  readonly timing: ReplyTiming;
}

/**
 * The preprocessing stage: every picture of a job becomes a row of its own, decoded in libuv's threads and handed to the batcher as soon as it
 * is ready. So the engine works on the first while the next is decoded, and a picture that cannot be decoded fails alone.
 */
export function createAnswerImages({ clock, maxDecoding, maxDecodedMegabytes }: AnswerImagesOptions): (job: ImageJob) => Promise<InferenceReply> {
  const decoding = new Semaphore(maxDecoding);
  // Whole megabytes: the semaphore goes through every weight up to its value when it is released.
  const memory = new Semaphore(maxDecodedMegabytes);

  const decodeRow = (image: ImageJob, row: number, deadlineAtMs: number): Promise<{ inputs: TensorMap; decodeMs: number }> =>
    decoding.runExclusive(async () => {
      const startedAtMs = clock.nowMs();
      if (startedAtMs >= deadlineAtMs) throw new ServingError('deadline-exceeded', 'The deadline passed while the image waited to be decoded.');
      const { job, images } = image;
      const pixels = await decodeImage(images.files[row]!, images.preprocessing, images.spec);
      const inputs = new Map(sliceRowsOfAll(job.inputs, row, row + 1)).set(images.spec.name, pixels);
      return { inputs, decodeMs: clock.nowMs() - startedAtMs };
    }, 1, urgencyOf(image.job));

  const answerRow = async (image: ImageJob, row: number, deadlineAtMs: number): Promise<RowAnswer> => {
    const arrivedAtMs = clock.nowMs();
    const { inputs, decodeMs } = await decodeRow(image, row, deadlineAtMs);
    const waitedMs = clock.nowMs() - arrivedAtMs - decodeMs;
    const { outputs, failures, timing } = await image.batcher.submit(inputs, { rows: 1, priorityClass: PRIORITIES.indexOf(image.job.priority), deadlineAtMs, isGiven: true });
    const [failure] = failures;
    const outcome = failure === undefined ? { from: row, to: row + 1, outputs } : { from: row, to: row + 1, error: failure.error };
    return { outcome, timing: { ...timing, queueMs: waitedMs + timing.queueMs, preprocessMs: decodeMs } };
  };

  return async (image) => {
    const weight = Math.min(decodedMegabytes(image), maxDecodedMegabytes);
    const deadlines = rowDeadlines(image.job, clock);
    const answers = await Promise.all(
      deadlines.map((deadlineAtMs, row) => memory.runExclusive(() => answerRow(image, row, deadlineAtMs), weight, urgencyOf(image.job)).catch((thrown: unknown) => failedRow(row, thrown))),
    );
    return { ...joinOutcomes(answers.map(({ outcome }) => outcome)), timing: timingOf(answers.map(({ timing }) => timing)) };
  };
}

/** Larger goes first, as the semaphore has it. */
function urgencyOf({ priority }: InferenceJob): number {
  return -PRIORITIES.indexOf(priority);
}

/** Of one row, at least one. */
function decodedMegabytes({ images: { spec, preprocessing } }: ImageJob): number {
  const { width, height, channels } = preprocessing;
  return Math.ceil((elementCount([width, height, channels]) * bytesPerElement(spec.dtype as NumericDtype)) / BYTES_PER_MEGABYTE);
}

/** On the worker's clock, one for each row: rows of several requests share a job. */
function rowDeadlines({ entries }: InferenceJob, clock: Clock): number[] {
  const toClockMs = clock.nowMs() - clock.wallMs();
  return entries.flatMap(({ rows, deadlineAtMs }) => Array<number>(rows).fill(deadlineAtMs + toClockMs));
}

function failedRow(row: number, thrown: unknown): RowAnswer {
  return { outcome: { from: row, to: row + 1, error: toServingError(thrown) }, timing: NO_TIMING };
}

/** Of the row that took longest, which is what the job took; its batches are all that its rows led. */
function timingOf(rows: readonly ReplyTiming[]): ReplyTiming {
  const total = ({ queueMs, preprocessMs, computeMs }: ReplyTiming): number => queueMs + preprocessMs + computeMs;
  const longest = rows.reduce((longestYet, timing) => (total(timing) > total(longestYet) ? timing : longestYet), NO_TIMING);
  const executions = rows.reduce((sum, timing: Pick<BatchTiming, 'executions'>) => sum + timing.executions, 0);
  return { ...longest, batchRows: Math.max(...rows.map(({ batchRows }) => batchRows)), executions };
}
