import { keepEntries, splitReply } from '@switchyard/coupling';
import { ServingError, toServingError } from '@switchyard/errors';
import type { InferenceJob, InferenceReply } from '@switchyard/inference';
import { decodeJob, type JobAnswer, type QueuedJobData } from './job-frame.js';
import type { JobPayloads } from './job-payloads.js';
import type { JobRecords } from './job-records.js';
import type { SuspectJobs } from './suspect-jobs.js';

type Handler = (job: InferenceJob) => Promise<InferenceReply>;

export interface RecordedJobsOptions {
  readonly records: JobRecords;
  readonly payloads: JobPayloads;
  readonly suspects: SuspectJobs;
}

/** A job of the queue whose entries are asynchronous jobs. */
export interface RecordedLoad {
  readonly id: string;
  readonly data: QueuedJobData;
  /** Ids of the asynchronous jobs, in the order of the entries. */
  readonly records: readonly string[];
  /** Workers that have died while they had it in hand. */
  readonly deaths: number;
}

/** Runs the asynchronous jobs of a load together, and keeps the answer of each in its record. */
export class RecordedJobs {
  readonly #options: RecordedJobsOptions;

  constructor(options: RecordedJobsOptions) {
    this.#options = options;
  }

  /** @throws whatever kept an answer from being kept: then the load is to be tried again, and those that have ended are left out */
  async run(load: RecordedLoad, handler: Handler): Promise<void> {
    const { payloads, records } = this.#options;
    const frame = await payloads.take(load.id, load.data);
    const isStarted = await records.start(load.records);
    const started = load.records.flatMap((_, index) => (isStarted[index] ? [index] : []));
    if (frame === null) await this.fail(started.map((index) => load.records[index] as string), tooLate());
    else await this.#runStarted(load, started, decodeJob(load.id, frame), handler);
    await payloads.delete(load.id); // only now: a store that cannot keep an answer means another attempt
  }

  /** Ends those that have not ended. */
  fail(records: readonly string[], error: ServingError): Promise<void> {
    return this.#options.records.end(records.map((id) => ({ id, answer: { error } })));
  }

  async #runStarted(load: RecordedLoad, started: readonly number[], job: InferenceJob, handler: Handler): Promise<void> {
    const nowMs = Date.now();
    const isLate = (index: number): boolean => (job.entries[index]?.deadlineAtMs ?? 0) <= nowMs;
    // A load has as much time as the last of its entries: one that has none left must not borrow it. And one that kills workers must not take the others with it.
    const isAlone = (index: number): boolean => isLate(index) || this.#options.suspects.areSuspected(load.deaths);
    const together = started.filter((index) => !isAlone(index));
    if (together.length > 0) await this.#runTogether(load, together, job, handler);
    for (const index of started.filter(isAlone)) await this.#runTogether(load, [index], job, handler);
  }

  async #runTogether({ records, deaths }: RecordedLoad, run: readonly number[], job: InferenceJob, handler: Handler): Promise<void> {
    const kept = new Set(run);
    const part = keepEntries(job, (index) => kept.has(index));
    const ids = run.map((index) => records[index] as string);
    const answers = await this.#options.suspects.run(ids[0] as string, deaths, () => handler(part)).then(
      (reply) => splitReply(part.entries, reply).map((share): JobAnswer => ({ reply: share })),
      (error: unknown) => ids.map((): JobAnswer => ({ error: toServingError(error) })),
    );
    await this.#options.records.end(ids.map((id, index) => ({ id, answer: answers[index] as JobAnswer })));
  }
}

function tooLate(): ServingError {
  return new ServingError('deadline-exceeded', 'The time of the job was over before a worker was free.');
}
