import { join } from 'node:path';
import type { Clock } from '@switchyard/clock';
import { toServingError } from '@switchyard/errors';
import { stageFolder, versionDraftSchema, type Artifact, type Compilation, type ModelFormat, type RegistryCommand } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';
import type { ModelForm } from '@switchyard/training';
import { chooseEngine, describeOutcome, type TrialOutcome } from './choose-engine.js';
import { assertLabels, chooseSignature, withPreprocessing, type ImageSignature } from './choose-signature.js';
import { describeModel, inMegabytes } from './describe-model.js';
import { fetchFiles } from './fetch-files.js';
import { ImportJournal } from './import-journal.js';
import type { FoundModel, ImportPublisher, ModelWorkshop, Trial } from './import-ports.js';
import { importPrefix, type ImportRecord } from './import-record.js';
import { judgeCompiled, notCompiled } from './judge-compiled.js';

/** What an import is made of. `directory` is an empty local folder of this import alone, which the caller made and removes. */
export interface ImportDependencies {
  readonly store: ObjectStore;
  readonly workshop: ModelWorkshop;
  readonly registry: ImportPublisher;
  readonly clock: Clock;
  readonly directory: string;
  /** Of all files of the model together. */
  readonly maxModelBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Files → what they say of themselves → trials on every engine → a published version, with `imports/<id>/import.json` kept abreast.
 *
 * May be called again after a crash: it begins anew, and the registry knows the import's id, so that it makes one version of it.
 * @returns the record, which says `succeeded`.
 * @throws ServingError what is wrong; the record is the caller's to end, since an outage is worth another attempt.
 */
export async function runImport(record: ImportRecord, dependencies: ImportDependencies): Promise<ImportRecord> {
  const journal = new ImportJournal(dependencies.store, dependencies.clock, record);
  await journal.start();
  return new Import(record, dependencies, journal).run();
}

/** One attempt at an import; lives as long as `runImport` does. */
class Import {
  readonly #record: ImportRecord;
  readonly #with: ImportDependencies;
  readonly #journal: ImportJournal;

  constructor(record: ImportRecord, dependencies: ImportDependencies, journal: ImportJournal) {
    this.#record = record;
    this.#with = dependencies;
    this.#journal = journal;
  }

  async run(): Promise<ImportRecord> {
    const { options } = this.#record;
    const found = await this.#find(await this.#fetch());
    const named = chooseSignature(found.model, options.signature);
    const image = withPreprocessing(named.signature, options.preprocess);
    assertLabels(options.labels, image.signature);
    const subject = { signature: image.signature, signatureName: named.name };
    const original: ModelForm = { format: found.model.format, directory: found.directory };
    const originalTrials = await this.#tryForm(original, subject, null);
    const compiled = await this.#compile(original);
    const compiledTrials = compiled?.form ? await this.#tryForm(compiled.form, subject, this.#answersOf(originalTrials)) : [];
    const { agreeing, compilation } = judgeCompiled(compiled?.compilation ?? null, compiledTrials);
    if (compilation !== null && compiledTrials.length > 0) await this.#journal.did('compile', compilation.reason);
    const { choice, format } = chooseEngine([...agreeing, ...originalTrials]);
    const forms = [original, ...(compiled?.form && agreeing.length > 0 ? [compiled.form] : [])];
    const command = await this.#stage(forms, { format, image, named, compilation, engineChoice: choice });
    return this.#publish(command);
  }

  async #fetch(): Promise<string> {
    const directory = join(this.#with.directory, 'files');
    const { files, bytes } = await fetchFiles(this.#with.store, this.#record, { directory, maxBytes: this.#with.maxModelBytes, signal: this.#with.signal });
    await this.#journal.did('fetch', `${files === 1 ? 'One file' : `${files} files`} of ${inMegabytes(bytes)} fetched.`);
    return directory;
  }

  async #find(files: string): Promise<FoundModel> {
    const found = await this.#with.workshop.inspect(files, join(this.#with.directory, 'unpacked'));
    const { signature } = chooseSignature(found.model, this.#record.options.signature);
    await this.#journal.did('inspect', describeModel(found.model, signature));
    return found;
  }

  async #compile(original: ModelForm): Promise<{ form: ModelForm | null; compilation: Compilation } | null> {
    if (original.format !== 'tfjs-layers') return null;
    const form: ModelForm = { format: 'onnx', directory: join(this.#with.directory, 'compiled') };
    const outcome = await this.#with.workshop.compile(original, form).catch((error: unknown) => ({ compiled: false as const, reason: toServingError(error).message }));
    this.#with.signal.throwIfAborted();
    await this.#journal.did('compile', outcome.compiled ? 'Compiled to ONNX.' : `Not compiled to ONNX: ${outcome.reason}`);
    return outcome.compiled ? { form, compilation: notCompiled('It was not tried.') } : { form: null, compilation: notCompiled(outcome.reason) };
  }

  /** Every engine that runs the form, one after the other: side by side they would slow each other down. @param reference the file of answers to compare with */
  async #tryForm(form: ModelForm, subject: Pick<Trial, 'signature' | 'signatureName'>, reference: string | null): Promise<TrialOutcome[]> {
    const outcomes: TrialOutcome[] = [];
    for (const { name } of this.#with.workshop.engines.filter(({ formats }) => formats.includes(form.format))) {
      const outcome = await this.#tryOn(name, form, { ...subject, compareWith: reference });
      outcomes.push(outcome);
      await this.#journal.did('trial', describeOutcome(outcome));
    }
    return outcomes;
  }

  async #tryOn(engine: Trial['engine'], form: ModelForm, subject: Pick<Trial, 'signature' | 'signatureName' | 'compareWith'>): Promise<TrialOutcome> {
    const of = { engine, format: form.format };
    try {
      return { ...of, figures: await this.#with.workshop.tryOut({ ...subject, engine, form, answersFile: this.#answersFile(of) }) };
    } catch (thrown) {
      this.#with.signal.throwIfAborted();
      return { ...of, error: toServingError(thrown) };
    }
  }

  #answersOf(outcomes: readonly TrialOutcome[]): string | null {
    const answered = outcomes.find((outcome) => 'figures' in outcome && outcome.figures.costs.length > 0);
    return answered === undefined ? null : this.#answersFile(answered);
  }

  #answersFile({ engine, format }: { readonly engine: string; readonly format: string }): string {
    return join(this.#with.directory, `answers-${engine}-${format}.frame`);
  }

  /** The fastest form first, as the registry's manifest wants it. */
  async #stage(forms: readonly ModelForm[], found: StagedModel): Promise<RegistryCommand> {
    const { store, signal } = this.#with;
    const { id, model, options, requestedBy } = this.#record;
    const under = `${importPrefix(id)}ready`;
    const artifacts: Artifact[] = [];
    for (const { format, directory } of [...forms].sort((a, b) => Number(b.format === found.format) - Number(a.format === found.format))) {
      signal.throwIfAborted();
      artifacts.push({ format, files: await stageFolder(store, directory, { under, folder: format }) });
    }
    const draft = versionDraftSchema.parse({
      ...found.image, artifacts, labels: options.labels, compilation: found.compilation, engineChoice: found.engineChoice,
      signatureName: found.named.name, methodName: found.named.methodName,
      origin: { importId: id, sourceVersion: options.sourceVersion },
      lineage: { runId: null, datasetName: null, datasetDigest: null, parentVersion: null },
    });
    return { command: 'publish', model, by: requestedBy, why: `Imported; ${found.engineChoice.reason}`.slice(0, 1_000), draft, stagedUnder: under, promote: options.promote };
  }

  async #publish(command: RegistryCommand): Promise<ImportRecord> {
    this.#with.signal.throwIfAborted();
    const { version, aliases } = await this.#with.registry.publish(command);
    const serves = aliases['champion'] === version;
    await this.#journal.did('publish', `Model "${command.model}" version ${version} is published${serves ? ' and serves' : ', and waits to be promoted'}.`);
    return this.#journal.succeed(version);
  }
}

interface StagedModel {
  /** Of the engine chosen. */
  readonly format: ModelFormat;
  readonly image: ImageSignature;
  readonly named: { readonly name: string; readonly methodName: string };
  readonly compilation: Compilation | null;
  readonly engineChoice: { readonly engine: string; readonly reason: string };
}
