import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@switchyard/clock';
import { ServingError } from '@switchyard/errors';
import { CHAMPION, type CatalogSource } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';
import type { Logger } from '@switchyard/service-runtime';
import {
  applyOverrides, readRun, runPipeline, scoresToKeep,
  type FindPictureDecoder, type FormComparer, type ModelCompiler, type ModelPublisher, type Pipeline, type RunRecord,
  type Trainer, type TrainingJob, type TrainingObserver, type TrainingProgress,
} from '@switchyard/training';
import { hasVersion } from './first-runs.js';
import type { Pipelines } from './load-pipelines.js';

export interface TrainingRunsParts {
  readonly pipelines: Pipelines;
  readonly catalog: CatalogSource;
  readonly trainer: Trainer;
  readonly findPictureDecoder: FindPictureDecoder;
  readonly compilers: readonly ModelCompiler[];
  readonly parity: FormComparer;
  readonly registry: ModelPublisher;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly observer: TrainingObserver;
  readonly logger: Logger;
}

export interface RunOptions {
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
}

/** Runs pipelines, each in a folder of its own that is gone afterwards, with a log line and a figure for everything that happens. */
export class TrainingRuns {
  readonly #parts: TrainingRunsParts;

  constructor(parts: TrainingRunsParts) {
    this.#parts = parts;
  }

  /**
   * @returns the run's record, or null when nothing had to be done: a first run whose model has got a version meanwhile.
   * @throws ServingError `invalid-input` for an unknown pipeline, and whatever `runPipeline` throws.
   */
  async execute(job: TrainingJob, options: RunOptions): Promise<RunRecord | null> {
    const { catalog, observer, clock, store } = this.#parts;
    const pipeline = this.#pipelineOf(job);
    // Two trainers that start together may both ask; the slower one's wish is then granted already.
    if (job.trigger === 'first-start' && hasVersion(catalog.current(), pipeline.model)) return null;
    const startedMs = clock.nowMs();
    observer.runStarted(pipeline.name);
    try {
      return await this.#runInOwnFolder(pipeline, job, options);
    } finally {
      // The record says how it ended, whichever way this function is left.
      const record = await readRun(store, options.runId).catch(() => null);
      observer.runEnded(pipeline.name, record, clock.nowMs() - startedMs);
    }
  }

  #pipelineOf({ pipeline: name, overrides }: TrainingJob): Pipeline {
    const pipeline = this.#parts.pipelines.get(name);
    if (pipeline !== undefined) return applyOverrides(pipeline, overrides);
    throw new ServingError('invalid-input', `There is no pipeline "${name}"; the pipelines are: ${[...this.#parts.pipelines.keys()].join(', ') || 'none'}.`);
  }

  async #runInOwnFolder(pipeline: Pipeline, { trigger, requestedBy }: TrainingJob, { runId, signal, onProgress }: RunOptions): Promise<RunRecord> {
    const directory = await mkdtemp(join(tmpdir(), 'switchyard-run-'));
    const model = this.#parts.catalog.current().models.find(({ name }) => name === pipeline.model);
    const parentVersion = model?.serving.aliases[CHAMPION] ?? null;
    const report = (progress: TrainingProgress): void => {
      this.#log(pipeline.name, runId, progress);
      onProgress(progress);
    };
    try {
      const request = { pipeline, runId, trigger, requestedBy, parentVersion, scoresToKeep: scoresToKeep(model?.versions ?? [], parentVersion, pipeline.dataset) };
      return await runPipeline(request, { ...this.#parts, directory, signal, onProgress: report });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** The fields of an epoch stand beside the others, so that a progress line can be made of one log line. */
  #log(pipeline: string, runId: string, progress: TrainingProgress): void {
    const { step, message } = progress;
    const epoch = progress.step === 'fit' ? progress.epoch : {};
    this.#parts.logger.info({ pipeline, runId, step, message, ...epoch }, 'training.progress');
    if (progress.step === 'fit') this.#parts.observer.epochEnded(pipeline, progress.epoch);
  }
}
