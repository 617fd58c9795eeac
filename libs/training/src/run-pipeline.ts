import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServingError, toServingError } from '@switchyard/errors';
import type { Clock } from '@switchyard/clock';
import { deleteUnder, stageFolder, versionDraftSchema, type RegistryCommand, type VersionDraft, type VersionDraftInput } from '@switchyard/model-registry';
import { compileForm, type CompiledForm } from './compile-form.js';
import { decideGate, type GateDecision } from './gate.js';
import type { Pipeline, TrainingJob } from './pipeline.js';
import { preparedCommand, savePreparedCommand } from './prepared-command.js';
import { RunJournal, readRun } from './run-journal.js';
import type { ModelForm, RunDependencies } from './run-ports.js';
import type { RunRecord } from './run-record.js';
import { renderReport } from './run-report.js';
import { storeSnapshot } from './snapshot-store.js';
import type { TrainedModel, TrainingProgress } from './trainer.js';
import { encodeAddedRows } from './uploads/added-rows.js';
import { collectAddedRows } from './uploads/collect-added-rows.js';
import type { Scores } from './uploads/scores-to-keep.js';

/** One execution of a pipeline (its overrides already applied). */
export interface RunRequest {
  readonly pipeline: Pipeline;
  /** A segment of an object key. The same id again is the same run. */
  readonly runId: string;
  readonly trigger: TrainingJob['trigger'];
  readonly requestedBy: string;
  /** The version that serves now, for the lineage. */
  readonly parentVersion: number | null;
  /** Scores of champions that a run with uploads is held against; absent when none are known. */
  readonly scoresToKeep?: readonly Scores[];
}

/**
 * Dataset → train → evaluate → gate → compile and compare → stage → publish, with `runs/<id>/run.json` kept abreast.
 *
 * May be called again with the same id after a crash. A run that had ended is returned as it is; one whose files were staged
 * goes on with publishing them; any other begins anew. Publishing twice is harmless, as the registry knows the run's id.
 * @returns the record, `succeeded` or (the gate held) `rejected`.
 * @throws ServingError once the record says `failed`; or `cancelled` when the signal aborted: the record then says `queued`, for the run is the caller's to repeat.
 */
export async function runPipeline(request: RunRequest, dependencies: RunDependencies): Promise<RunRecord> {
  const before = await readRun(dependencies.store, request.runId);
  if (before?.status === 'succeeded' || before?.status === 'rejected') return before;
  const prepared = before === null ? null : await preparedCommand(dependencies.store, request.runId);
  const record = prepared === null || before === null ? newRecord(request, dependencies.clock) : { ...before, status: 'running' as const, endedAt: null, reason: null };
  const run = new Run(request, dependencies, new RunJournal(dependencies.store, record));
  try {
    return await (prepared === null ? run.fromTheStart() : run.publish(prepared));
  } catch (error) {
    throw await run.giveUp(error);
  }
}

function newRecord({ pipeline, runId, trigger, requestedBy }: RunRequest, clock: Clock): RunRecord {
  return {
    id: runId, pipeline, trigger, requestedBy, status: 'running', step: 'dataset', model: pipeline.model, version: null,
    startedAt: timestamp(clock), endedAt: null, reason: null, curve: [], evaluation: null,
  };
}

/** One attempt at a run; lives as long as `runPipeline` does. */
class Run {
  readonly #request: RunRequest;
  readonly #with: RunDependencies;
  readonly #journal: RunJournal;

  constructor(request: RunRequest, dependencies: RunDependencies, journal: RunJournal) {
    this.#request = request;
    this.#with = dependencies;
    this.#journal = journal;
  }

  async fromTheStart(): Promise<RunRecord> {
    await this.#journal.flush();
    await deleteUnder(this.#with.store, this.#stagedUnder);
    const added = await this.#addRows();
    const trained = await this.#train(added?.file ?? null);
    const uploads = added?.uploads ?? 0;
    const gate = this.#decide(trained, uploads);
    this.#report({ step: 'gate', message: gate.reason });
    if (!gate.passed) {
      await this.#writeReport(trained, gate, null);
      return this.#end({ status: 'rejected', reason: gate.reason });
    }
    const compiled = await this.#compile(trained);
    await this.#writeReport(trained, gate, compiled);
    const command = await this.#stage(trained, { gate, compiled, uploads });
    await savePreparedCommand(this.#with.store, this.#request.runId, command);
    return this.publish(command);
  }

  async publish(command: RegistryCommand): Promise<RunRecord> {
    this.#with.signal.throwIfAborted();
    await this.#journal.flush({ step: 'publish' });
    this.#report({ step: 'publish', message: `Publishing model "${command.model}" and promoting it to champion.` });
    const { version } = await this.#with.registry.publish(command);
    this.#report({ step: 'publish', message: `Model "${command.model}" version ${version} is published and promoted.` });
    const ended = await this.#end({ status: 'succeeded', version, reason: command.why });
    // Only now: until the record says so, a repeat of this run would need them.
    await deleteUnder(this.#with.store, this.#stagedUnder).catch(() => undefined);
    return ended;
  }

  /** Records why the attempt ended. @returns what to throw. */
  async giveUp(thrown: unknown): Promise<ServingError> {
    const { signal } = this.#with;
    const error = signal.aborted ? new ServingError('cancelled', `Run "${this.#request.runId}" was interrupted.`, { cause: thrown }) : toServingError(thrown);
    const change = signal.aborted ? { status: 'queued' as const } : { status: 'failed' as const, endedAt: timestamp(this.#with.clock) };
    // The store may be what failed; the first error is the one to tell.
    await this.#journal.flush({ ...change, reason: error.message }).catch(() => undefined);
    return error;
  }

  /** Rows of the pictures uploaded so far, in a file for the trainer, and of how many uploads; null when there are none. */
  async #addRows(): Promise<{ readonly file: string; readonly uploads: number } | null> {
    const { store, directory, signal, findPictureDecoder } = this.#with;
    const { pipeline } = this.#request;
    const decoder = findPictureDecoder(pipeline);
    const added = decoder === null ? null : await collectAddedRows({ store, dataset: pipeline.dataset, decoder, signal });
    if (added === null) return null;
    const leftOut = added.uploads.reduce((sum, upload) => sum + upload.leftOut, 0);
    this.#report({ step: 'dataset', message: `${added.rows.labels.shape[0]} pictures of ${added.uploads.length} uploads are added, ${leftOut} could not be used.` });
    const file = join(directory, 'added-rows.frame');
    await writeFile(file, encodeAddedRows(added));
    return { file, uploads: added.uploads.length };
  }

  #decide({ evaluation }: TrainedModel, uploads: number): GateDecision {
    const { pipeline: { gate }, scoresToKeep } = this.#request;
    return decideGate(gate, evaluation, uploads > 0 ? scoresToKeep : []);
  }

  async #train(addedRowsFile: string | null): Promise<TrainedModel> {
    const { trainer, signal, store, directory } = this.#with;
    const { pipeline } = this.#request;
    const onProgress = (progress: TrainingProgress): void => this.#report(progress);
    const trained = await trainer.train(pipeline, { directory: join(directory, 'trained'), addedRowsFile, signal, onProgress });
    signal.throwIfAborted();
    await storeSnapshot(store, { name: pipeline.dataset, digest: trained.datasetDigest }, trained.datasetDirectory);
    await this.#journal.flush({ evaluation: mutable(trained.evaluation), curve: trained.curve.map((epoch) => ({ ...epoch })) });
    return trained;
  }

  async #compile(trained: TrainedModel): Promise<CompiledForm | null> {
    this.#with.signal.throwIfAborted();
    const compiled = await compileForm(trained, this.#with);
    this.#report({ step: 'compile', message: compiled?.compilation.reason ?? `There is no compiler for ${trained.format}; the model is published as it is.` });
    return compiled;
  }

  /** The fastest form first, as the registry's manifest wants it. */
  async #stage(trained: TrainedModel, { gate, compiled, uploads }: { gate: GateDecision; compiled: CompiledForm | null; uploads: number }): Promise<RegistryCommand> {
    const { store, signal } = this.#with;
    const forms: ModelForm[] = [...(compiled?.form ? [compiled.form] : []), { format: trained.format, directory: trained.directory }];
    const artifacts: VersionDraft['artifacts'] = [];
    for (const { format, directory } of forms) {
      signal.throwIfAborted();
      artifacts.push({ format, files: await stageFolder(store, directory, { under: this.#stagedUnder, folder: format }) });
    }
    const { pipeline, requestedBy } = this.#request;
    const draft = versionDraftSchema.parse({ ...this.#draft(trained, uploads), artifacts, compilation: compiled?.compilation ?? null });
    return { command: 'publish', model: pipeline.model, by: requestedBy, why: gate.reason, draft, stagedUnder: this.#stagedUnder, promote: true };
  }

  #draft(trained: TrainedModel, uploads: number): Omit<VersionDraftInput, 'artifacts' | 'compilation'> {
    const { accuracy, precision, recall, f1 } = trained.evaluation;
    const { runId, pipeline, parentVersion } = this.#request;
    return {
      signature: trained.signature,
      preprocessing: trained.preprocessing,
      labels: trained.labels === null ? null : [...trained.labels],
      metrics: { accuracy, precision, recall, f1 },
      lineage: { runId, datasetName: pipeline.dataset, datasetDigest: trained.datasetDigest, parentVersion, ...(uploads > 0 && { uploads }) },
    };
  }

  #report(progress: TrainingProgress): void {
    const curve = progress.step === 'fit' ? { curve: [...this.#journal.record.curve, { ...progress.epoch }] } : {};
    this.#journal.note({ step: progress.step, ...curve });
    this.#with.onProgress(progress);
  }

  async #writeReport(trained: TrainedModel, gate: GateDecision, compiled: CompiledForm | null): Promise<void> {
    const report = renderReport({ run: this.#journal.record, trained, gate, compilation: compiled?.compilation ?? null });
    await this.#with.store.put(`runs/${this.#request.runId}/report.md`, Buffer.from(report));
  }

  #end(change: Pick<RunRecord, 'status' | 'reason'> & { version?: number }): Promise<RunRecord> {
    return this.#journal.flush({ ...change, endedAt: timestamp(this.#with.clock) });
  }

  get #stagedUnder(): string {
    return `runs/${this.#request.runId}/staged`;
  }
}

function mutable(evaluation: TrainedModel['evaluation']): NonNullable<RunRecord['evaluation']> {
  return { ...evaluation, confusion: evaluation.confusion.map((counts) => [...counts]) };
}

function timestamp(clock: Clock): string {
  return new Date(clock.wallMs()).toISOString();
}
