import { assertNever } from '@switchyard/errors';
import type { ObjectStore } from '@switchyard/object-store';
import { setBatching } from './batching-limits.js';
import type { Catalog } from './catalog.js';
import { promote, rollBack, setAlias, unload } from './change-alias.js';
import { readModel, readModels, readPromotions, repairServing, type ModelState, type RegistryStore } from './model-state.js';
import { publishVersion } from './publish-version.js';
import type { InvalidRecordListener } from './read-record.js';
import type { Promotion, RegistryCommand, RegistryResult } from './registry-command.js';

export interface ModelRegistryOptions {
  readonly store: ObjectStore;
  /** Wall time in milliseconds since 1970, for what the log and the manifests say. */
  readonly now: () => number;
  /** Told of a record that is there but is not what it should be; it is passed over. */
  readonly onInvalid?: InvalidRecordListener;
}

/**
 * Models, versions, aliases and the promotion log over an object store.
 *
 * The caller promises to be the only writer among processes; within this one, calls take turns.
 * The implementer promises that a command cut off at any point leaves every reader a whole state, the old or the new, and that repeating it
 * ends as if it had not been cut off. Every method throws `storage-unavailable` when the store is.
 */
export interface ModelRegistry {
  /** Carries out a command once, however often it is delivered under the same `commandId`. @throws ServingError */
  execute(command: RegistryCommand, commandId: string): Promise<RegistryResult>;
  /** Every model that has a version. Built from the store alone, so it is right also when a crash came between two writes. */
  readCatalog(): Promise<Catalog>;
  /** The promotion log of a model, oldest first; empty for a model there is not. */
  promotions(model: string): Promise<Promotion[]>;
  /** Brings every `serving.json` up to its log, where a crash came between the two; for those who read the store without this registry. */
  repair(): Promise<void>;
}

export function createModelRegistry(options: ModelRegistryOptions): ModelRegistry {
  return new ObjectStoreModelRegistry(options);
}

class ObjectStoreModelRegistry implements ModelRegistry {
  readonly #on: RegistryStore;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor({ store, now, onInvalid = () => undefined }: ModelRegistryOptions) {
    this.#on = { store, now, onInvalid };
  }

  execute(command: RegistryCommand, commandId: string): Promise<RegistryResult> {
    return this.#inTurn(async () => {
      const model = await readModel(this.#on, command.model);
      await repairServing(this.#on, model);
      return carryOut(this.#on, model, command, commandId);
    });
  }

  readCatalog(): Promise<Catalog> {
    return this.#inTurn(async () => {
      const models = await readModels(this.#on);
      return {
        builtAt: new Date(this.#on.now()).toISOString(),
        models: models.filter(({ versions }) => versions.length > 0).map(({ name, serving, batching, versions }) => ({ name, serving, batching, versions: [...versions] })),
      };
    });
  }

  promotions(model: string): Promise<Promotion[]> {
    return this.#inTurn(async () => {
      const { sequences } = await readModel(this.#on, model);
      return readPromotions(this.#on, model, sequences);
    });
  }

  repair(): Promise<void> {
    return this.#inTurn(async () => {
      for (const model of await readModels(this.#on)) await repairServing(this.#on, model);
    });
  }

  /** Neither a command nor a reader sees another command half done. */
  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const turn = this.#lastTurn.then(action);
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }
}

async function carryOut(on: RegistryStore, model: ModelState, command: RegistryCommand, commandId: string): Promise<RegistryResult> {
  switch (command.command) {
    case 'publish':
      return publishVersion(on, model, command, commandId);
    case 'promote':
      return promote(on, model, command, commandId);
    case 'rollback':
      return rollBack(on, model, command, commandId);
    case 'set-alias':
      return setAlias(on, model, command, commandId);
    case 'unload':
      return unload(on, model, command, commandId);
    case 'set-batching':
      return setBatching(on, model, command);
    default:
      return assertNever(command);
  }
}
