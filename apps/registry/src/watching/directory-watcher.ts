import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Queue } from 'bullmq';
import type { Clock } from '@switchyard/clock';
import { chosenVersions, importJobOptions, queuedImport, readImport, stagedKey, writeImport } from '@switchyard/model-import';
import type { CatalogModel, CatalogSource, RegistryCommand } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';
import type { Logger } from '@switchyard/service-runtime';
import { SettledFolders } from './settled-folders.js';
import { wantedAliases } from './wanted-aliases.js';
import { readVersionFolder, readWatchedModels, type VersionFolder, type WatchedModel, type WatchedPlaces } from './watched-folders.js';

/** TensorFlow Serving looks every second. Folders may lie on a network, which tells nobody of changes. */
const LOOK_EVERY_MS = 1_000;
const BY = 'model-directory';

export interface DirectoryWatcherOptions {
  readonly places: WatchedPlaces;
  readonly store: ObjectStore;
  readonly queue: Queue;
  readonly catalog: CatalogSource;
  readonly execute: (command: RegistryCommand) => Promise<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Imports what appears in a folder laid out as TensorFlow Serving's, and keeps the versions that its policy asks for loaded.
 * Several registries may watch one folder: an import's id comes from its files, so that all of them ask for the same one.
 */
export class DirectoryWatcher {
  readonly #options: DirectoryWatcherOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #settled = new SettledFolders();
  /** The folders, as they were, whose imports were asked for: they are not asked for again. */
  readonly #submitted = new Set<string>();
  readonly #problems = new Map<string, string>();
  #looking: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: DirectoryWatcherOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#lookOnce(), LOOK_EVERY_MS);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#looking;
  }

  #lookOnce(): Promise<void> {
    return (this.#looking ??= this.#look()
      .catch((error: unknown) => this.#report('', (error as Error).message))
      .finally(() => (this.#looking = undefined)));
  }

  async #look(): Promise<void> {
    const { places, catalog } = this.#options;
    for (const watched of await readWatchedModels(places, (model, problem) => this.#report(model, problem))) {
      const model = catalog.current().models.find(({ name }) => name === watched.name);
      for (const version of chosenVersions(watched.versions, watched.config.model_version_policy)) {
        if (this.#isClosed) return;
        if (!isPublished(model, version)) await this.#importWhenWhole(watched, version);
      }
      if (model !== undefined) await this.#setAliases(watched, model);
    }
  }

  async #importWhenWhole(watched: WatchedModel, version: number): Promise<void> {
    const path = join(watched.directory, String(version));
    const folder = await readVersionFolder(path);
    if (folder === null || !folder.holdsModel) return;
    const id = importIdOf(watched.name, version, folder);
    if (this.#submitted.has(id) || !this.#settled.hasSettled(path, folder.fingerprint, this.#options.clock.nowMs())) return;
    await this.#submit(watched, { id, version, folder });
    this.#submitted.add(id);
  }

  async #submit({ name, versions, config }: WatchedModel, { id, version, folder }: { id: string; version: number; folder: VersionFolder }): Promise<void> {
    const { store, queue, clock, logger } = this.#options;
    if ((await readImport(store, id)) === null) {
      for (const [index, { location }] of folder.files.entries()) await store.put(stagedKey(id, index), createReadStream(location));
      const { preprocess, signature, labels } = config;
      const promote = version === Math.max(...chosenVersions(versions, config.model_version_policy));
      const source = { kind: 'staged' as const, files: folder.files.map(({ path, bytes }) => ({ path, bytes })) };
      await writeImport(store, queuedImport({ id, model: name, requestedBy: BY, source, options: { preprocess, signature, labels, promote, sourceVersion: version } }, clock.wallMs()));
      logger.info({ model: name, sourceVersion: version, importId: id, files: folder.files.length }, 'directory.version-found');
    }
    await queue.add('import', {}, importJobOptions(id));
  }

  async #setAliases(watched: WatchedModel, model: CatalogModel): Promise<void> {
    for (const { alias, version } of wantedAliases(watched, model)) {
      if (this.#isClosed) return;
      await this.#options.execute({ command: 'set-alias', model: watched.name, by: BY, why: 'as its folder asks', alias, version });
    }
  }

  /** Once, not with every look. */
  #report(model: string, problem: string): void {
    if (this.#problems.get(model) === problem) return;
    this.#problems.set(model, problem);
    this.#options.logger.warn({ model, problem }, 'directory.unusable');
  }
}

function isPublished(model: CatalogModel | undefined, sourceVersion: number): boolean {
  return model?.versions.some(({ origin }) => origin?.sourceVersion === sourceVersion) ?? false;
}

/** The same for the same files, whoever finds them; another once they have changed, so that a version that was refused may be mended. */
function importIdOf(model: string, version: number, { fingerprint }: VersionFolder): string {
  return `folder-${createHash('sha256').update(`${model}\0${version}\0${fingerprint}`).digest('hex').slice(0, 32)}`;
}
