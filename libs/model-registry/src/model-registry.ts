import { ServingError } from '@switchyard/errors';
import type { ObjectStore } from '@switchyard/object-store';
import type { Catalog, ServingState } from './catalog.js';
import type { Manifest } from './manifest.js';
import { publishVersion } from './publish-version.js';
import { readCatalog } from './read-catalog.js';
import type { Promotion, RegistryCommand, RegistryResult } from './registry-command.js';
import { CHAMPION, PREVIOUS, findModel } from './resolve-version.js';
import { appendPromotion, readPromotions, readServing } from './serving-log.js';

type Command<Name extends RegistryCommand['command']> = Extract<RegistryCommand, { command: Name }>;

/** Every change of what there is to serve. One writer at a time; the queue in front of it sees to that. */
export interface ModelRegistry {
  /** Carries out a command once, however often it is delivered under the same `commandId`. @throws ServingError */
  execute(command: RegistryCommand, commandId: string): Promise<RegistryResult>;
  readCatalog(): Promise<Catalog>;
  promotions(model: string): Promise<Promotion[]>;
}

export interface ModelRegistryOptions {
  readonly store: ObjectStore;
  /** Wall time in milliseconds. */
  readonly now: () => number;
  readonly onInvalid?: (key: string) => void;
}

export function createModelRegistry({ store, now, onInvalid = () => undefined }: ModelRegistryOptions): ModelRegistry {
  return new StoredModelRegistry(store, () => new Date(now()).toISOString(), onInvalid);
}

class StoredModelRegistry implements ModelRegistry {
  constructor(
    private readonly store: ObjectStore,
    private readonly timestamp: () => string,
    private readonly onInvalid: (key: string) => void,
  ) {}

  readCatalog(): Promise<Catalog> {
    return readCatalog(this.store, this.timestamp(), this.onInvalid);
  }

  promotions(model: string): Promise<Promotion[]> {
    return readPromotions(this.store, model);
  }

  async execute(command: RegistryCommand, commandId: string): Promise<RegistryResult> {
    const catalog = await this.readCatalog();
    if (command.command === 'publish') return this.#publish(catalog, command, commandId);
    const { serving, versions } = findModel(catalog, command.model);
    const change = changeOf(command, serving);
    if (change.to !== null) assertVersion(command.model, versions, change.to);
    return this.#change(command, { ...change, commandId });
  }

  async #publish(catalog: Catalog, command: Command<'publish'>, commandId: string): Promise<RegistryResult> {
    const { model, draft, stagedUnder } = command;
    const versions = catalog.models.find(({ name }) => name === model)?.versions ?? [];
    const { runId } = draft.lineage;
    const made = runId === null ? undefined : versions.find(({ lineage }) => lineage.runId === runId);
    // A folder without a manifest is a publish that was cut off: its number is free, its files are overwritten.
    const version = made?.version ?? (versions.at(-1)?.version ?? 0) + 1;
    if (made === undefined) await publishVersion(this.store, { model, version, draft, stagedUnder, createdAt: this.timestamp() });
    await this.#deleteStaged(stagedUnder);
    if (command.promote) return this.#change(command, { alias: CHAMPION, to: version, commandId });
    return { model, version, aliases: (await readServing(this.store, model)).aliases };
  }

  async #change({ model, by, why }: RegistryCommand, { alias, to, commandId }: { alias: string; to: number | null; commandId: string }): Promise<RegistryResult> {
    const state = await readServing(this.store, model);
    const isDone = state.aliases[alias] === (to ?? undefined) || (await this.promotions(model)).some((promotion) => promotion.commandId === commandId);
    const next = isDone ? state : await appendPromotion(this.store, model, state, { at: this.timestamp(), by, why, alias, to, commandId });
    return { model, version: next.aliases[alias] ?? to ?? 0, aliases: next.aliases };
  }

  async #deleteStaged(stagedUnder: string): Promise<void> {
    for await (const key of this.store.list(`${stagedUnder}/`)) await this.store.delete(key);
  }
}

function changeOf(command: Exclude<RegistryCommand, { command: 'publish' }>, serving: ServingState): { alias: string; to: number | null } {
  switch (command.command) {
    case 'promote':
      return { alias: CHAMPION, to: command.version };
    case 'rollback':
      return { alias: CHAMPION, to: command.version ?? previousVersion(command.model, serving) };
    case 'set-alias':
      return { alias: command.alias, to: command.version };
  }
}

function previousVersion(model: string, { aliases }: ServingState): number {
  const previous = aliases[PREVIOUS];
  if (previous !== undefined) return previous;
  throw new ServingError('conflict', `Model "${model}" has no previous champion to go back to; name a version.`);
}

function assertVersion(model: string, versions: readonly Manifest[], version: number): void {
  if (versions.some((manifest) => manifest.version === version)) return;
  throw new ServingError('version-not-found', `Model "${model}" has no version ${version}; its versions: ${versions.map((manifest) => manifest.version).join(', ')}.`);
}
