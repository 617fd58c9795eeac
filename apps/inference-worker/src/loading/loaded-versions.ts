import type { Clock } from '@switchyard/clock';
import { ServingError, toServingError } from '@switchyard/errors';
import { EMPTY_CATALOG, findModel, hasArrived, servedVersions, type Catalog, type Manifest } from '@switchyard/model-registry';
import type { Logger } from '@switchyard/service-runtime';
import type { LoadedVersion } from './load-version.js';

/** A version nobody asks for any more stays this long: jobs for it may still be on the queue, and a rollback wants it at once. */
const RETIRE_AFTER_MS = 30_000;
const SWEEP_INTERVAL_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

export interface LoadedVersionsOptions {
  readonly load: (manifest: Manifest) => Promise<LoadedVersion>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when a version has become ready or has gone. */
  readonly onChange: () => void;
}

/**
 * One version in this process. `loading → ready → retired`, or `loading → failed → loading …` with growing pauses;
 * `#enter`-like changes happen in LoadedVersions only.
 */
interface Entry {
  readonly manifest: Manifest;
  loading: Promise<LoadedVersion>;
  ready: LoadedVersion | undefined;
  failure: ServingError | undefined;
  /** Whether the catalog asks for it; else it is kept only for a while after its last use. */
  wanted: boolean;
  lastUsedAtMs: number;
  retryAtMs: number;
  retryDelayMs: number;
}

/** Makes the loaded versions equal those the catalog asks for, with no gap: the new one is ready before the old one goes. */
export class LoadedVersions {
  readonly #options: LoadedVersionsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #timer: NodeJS.Timeout;
  #catalog = EMPTY_CATALOG;

  constructor(options: LoadedVersionsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS);
  }

  follow(catalog: Catalog): void {
    this.#catalog = catalog;
    const wanted = new Set<string>();
    for (const model of catalog.models) {
      const versions = servedVersions(model);
      for (const manifest of model.versions.filter(({ version }) => versions.includes(version))) {
        wanted.add(keyOf(manifest));
        this.#entry(manifest);
      }
    }
    for (const [key, entry] of this.#entries) entry.wanted = wanted.has(key);
  }

  /**
   * The version, loaded: waits while it is being loaded, and loads a version the catalog knows though nobody asks for it any more
   * (a job may have waited longer than its alias lasted).
   * @throws ServingError `version-not-found`, or why it could not be loaded.
   */
  async acquire(model: string, version: number): Promise<LoadedVersion> {
    const known = this.#entries.get(keyOf({ name: model, version }));
    const entry = known ?? this.#entry(this.#manifestOf(model, version));
    entry.lastUsedAtMs = this.#options.clock.nowMs();
    return entry.ready ?? entry.loading;
  }

  ready(): LoadedVersion[] {
    return [...this.#entries.values()].flatMap((entry) => entry.ready ?? []);
  }

  /** As of the last `follow`. */
  get catalog(): Catalog {
    return this.#catalog;
  }

  /** Whether it is known which versions are asked for. */
  get hasCatalog(): boolean {
    return hasArrived(this.#catalog);
  }

  /**
   * Versions the catalog asks for that answer nothing, with the reason; empty means all is well. One that is quarantined counts no more
   * once a newer version serves: it is only kept for a rollback.
   */
  missing(): { readonly name: string; readonly version: number; readonly reason: string }[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.wanted)
      .flatMap(({ manifest: { name, version }, ready, failure }) => {
        const outage = this.#isSuperseded({ name, version }) ? undefined : ready?.outage()?.message;
        const reason = ready === undefined ? (failure?.message ?? 'It is being loaded.') : outage;
        return reason === undefined ? [] : [{ name, version, reason }];
      });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(({ loading }) => loading.then((version) => version.close(), () => undefined)));
  }

  #isSuperseded({ name, version }: Pick<Manifest, 'name' | 'version'>): boolean {
    return this.ready().some(({ manifest, outage }) => manifest.name === name && manifest.version > version && outage() === null);
  }

  #manifestOf(name: string, version: number): Manifest {
    const manifest = findModel(this.#catalog, name).versions.find((candidate) => candidate.version === version);
    if (manifest === undefined) throw new ServingError('version-not-found', `Model "${name}" has no version ${version}.`);
    return manifest;
  }

  #entry(manifest: Manifest): Entry {
    const known = this.#entries.get(keyOf(manifest));
    if (known !== undefined) return known;
    const nowMs = this.#options.clock.nowMs();
    const entry: Entry = {
      manifest, loading: undefined as never, ready: undefined, failure: undefined, wanted: false, lastUsedAtMs: nowMs, retryAtMs: 0, retryDelayMs: FIRST_RETRY_MS,
    };
    this.#entries.set(keyOf(manifest), entry);
    this.#load(entry);
    return entry;
  }

  #load(entry: Entry): void {
    entry.failure = undefined;
    entry.loading = this.#options.load(entry.manifest);
    entry.loading.then(
      (version) => {
        entry.ready = version;
        this.#options.onChange();
      },
      (thrown: unknown) => {
        entry.failure = toServingError(thrown);
        // Whoever says when to come back (an object store that is away) is asked again then; anything else less and less often.
        entry.retryAtMs = this.#options.clock.nowMs() + (entry.failure.retryAfterMs ?? entry.retryDelayMs);
        entry.retryDelayMs = Math.min(2 * entry.retryDelayMs, LONGEST_RETRY_MS);
        this.#options.logger.error({ err: thrown, model: entry.manifest.name, version: entry.manifest.version }, 'model.load-failed');
      },
    );
  }

  #sweep(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const [key, entry] of this.#entries) {
      if (entry.wanted) entry.lastUsedAtMs = nowMs;
      if (entry.failure !== undefined && entry.wanted && nowMs >= entry.retryAtMs) this.#load(entry);
      else if (!entry.wanted && nowMs - entry.lastUsedAtMs > RETIRE_AFTER_MS && (entry.ready !== undefined || entry.failure !== undefined)) this.#retire(key, entry);
    }
  }

  #retire(key: string, entry: Entry): void {
    this.#entries.delete(key);
    const { name, version } = entry.manifest;
    entry.ready?.close().then(
      () => this.#options.logger.info({ model: name, version }, 'model.unloaded'),
      (error: unknown) => this.#options.logger.error({ err: error, model: name, version }, 'model.unload-failed'),
    );
    this.#options.onChange();
  }
}

function keyOf({ name, version }: { readonly name: string; readonly version: number }): string {
  return `${name}@${version}`;
}
