import { ServingError } from '@switchyard/errors';
import { writeJson } from '@switchyard/object-store';
import { applyPromotion } from './apply-promotion.js';
import type { ServingState } from './catalog.js';
import { promotionKey, servingKey } from './registry-keys.js';
import { readPromotions, type ModelState, type RegistryStore } from './model-state.js';
import type { PromoteCommand, Promotion, RegistryResult, RollbackCommand, SetAliasCommand, UnloadCommand } from './registry-command.js';
import { CHAMPION, PREVIOUS } from './resolve-version.js';

/** A command is delivered again within seconds of the crash that lost its answer; nothing near as many changes come between. */
const REMEMBERED_COMMANDS = 32;
/** Of one model: the catalog, which every service holds in memory, has them all. */
const MAX_ALIASES = 100;

export interface AliasChange {
  readonly alias: string;
  readonly to: number | null;
  readonly by: string;
  readonly why: string;
  readonly commandId: string;
}

/** Points `champion` at the version asked for. @throws ServingError `model-not-found` | `version-not-found` */
export async function promote(on: RegistryStore, model: ModelState, command: PromoteCommand, commandId: string): Promise<RegistryResult> {
  assertVersion(model, command.version);
  return changeOnce(on, model, { ...command, alias: CHAMPION, to: command.version, commandId });
}

/** Points `champion` back. @throws ServingError `model-not-found` | `version-not-found` | `conflict` when nothing served before */
export async function rollBack(on: RegistryStore, model: ModelState, command: RollbackCommand, commandId: string): Promise<RegistryResult> {
  const done = await answerGiven(on, model, commandId);
  if (done !== null) return done;
  assertKnown(model);
  const to = command.version ?? model.serving.aliases[PREVIOUS];
  if (to === undefined) {
    throw new ServingError('conflict', `Model "${model.name}" cannot be rolled back: no version served before ${championOf(model)}. Name the version to go back to.`);
  }
  assertVersion(model, to);
  return changeOnce(on, model, { ...command, alias: CHAMPION, to, commandId });
}

/** Points an alias at a version, or removes it. @throws ServingError `model-not-found` | `version-not-found` | `conflict` for what promotion alone may change */
export async function setAlias(on: RegistryStore, model: ModelState, command: SetAliasCommand, commandId: string): Promise<RegistryResult> {
  const { alias, version } = command;
  if (alias === PREVIOUS) throw new ServingError('conflict', `The alias "${PREVIOUS}" follows the champion and cannot be set by hand.`);
  if (alias === CHAMPION && version === null) throw new ServingError('conflict', `The alias "${CHAMPION}" cannot be removed; promote another version instead.`);
  if (version === null) assertKnown(model);
  else assertVersion(model, version);
  if (version !== null) assertRoomFor(model, alias);
  return changeOnce(on, model, { ...command, alias, to: version, commandId });
}

/** Serves the model no longer; does nothing when it is unloaded already. @throws ServingError `model-not-found` */
export async function unload(on: RegistryStore, model: ModelState, command: UnloadCommand, commandId: string): Promise<RegistryResult> {
  assertKnown(model);
  return changeOnce(on, model, { ...command, alias: CHAMPION, to: null, commandId });
}

/** Changes nothing when the alias points there already, or when this very command has changed it before. */
async function changeOnce(on: RegistryStore, model: ModelState, change: AliasChange): Promise<RegistryResult> {
  const done = await answerGiven(on, model, change.commandId);
  if (done !== null) return done;
  const serving = await changeAlias(on, model, change);
  return answer(model, serving, change.to);
}

/**
 * The log first, then `serving.json`: the entry is one atomic write and the whole truth, so the change has happened with it, and a crash
 * right after leaves a state that lags but is never wrong; readers add what it lacks. The other way round, a crash would leave a champion
 * that nobody is on record for, and a repeated command would find nothing left to do and never write the entry.
 */
export async function changeAlias({ store, now }: RegistryStore, model: ModelState, { alias, to, by, why, commandId }: AliasChange): Promise<ServingState> {
  const { aliases, unloaded, revision } = model.serving;
  const isUnloaded = unloaded === true && alias === CHAMPION;
  const from = isUnloaded ? null : (aliases[alias] ?? null);
  // A model that has no champion can be unloaded all the same: its other aliases keep versions loaded.
  const changes = from !== to || (alias === CHAMPION && to === null && !isUnloaded);
  if (!changes) return model.serving;
  const sequence = Math.max(revision, model.sequences.at(-1) ?? 0) + 1;
  const entry: Promotion = { sequence, at: new Date(now()).toISOString(), by, why, alias, commandId, from, to };
  await writeJson(store, promotionKey(model.name, sequence), entry);
  const serving = applyPromotion(model.serving, entry);
  await writeJson(store, servingKey(model.name), serving);
  return serving;
}

/** @param version what the command was about; null when an alias was removed. */
export function answer(model: ModelState, serving: ServingState, version: number | null): RegistryResult {
  return { model: model.name, version: version ?? 0, aliases: serving.aliases };
}

/** A rollback to "previous" done twice would undo itself; so a command that comes again is answered, not carried out. */
async function answerGiven(on: RegistryStore, model: ModelState, commandId: string): Promise<RegistryResult | null> {
  const entries = await readPromotions(on, model.name, model.sequences.slice(-REMEMBERED_COMMANDS));
  const entry = entries.find((candidate) => candidate.commandId === commandId);
  return entry === undefined ? null : answer(model, model.serving, entry.to);
}

function assertKnown(model: ModelState): void {
  if (model.versions.length === 0) throw new ServingError('model-not-found', `There is no model "${model.name}".`);
}

function assertVersion(model: ModelState, version: number): void {
  assertKnown(model);
  if (model.versions.some((manifest) => manifest.version === version)) return;
  const known = model.versions.map((manifest) => manifest.version).join(', ');
  throw new ServingError('version-not-found', `Model "${model.name}" has no version ${version}; its versions: ${known}.`);
}

function championOf(model: ModelState): string {
  const champion = model.serving.aliases[CHAMPION];
  return champion === undefined ? 'now' : `version ${champion}`;
}

function assertRoomFor({ name, serving: { aliases } }: ModelState, alias: string): void {
  if (Object.hasOwn(aliases, alias) || Object.keys(aliases).length < MAX_ALIASES) return;
  throw new ServingError('conflict', `Model "${name}" has ${MAX_ALIASES} aliases, which is as many as it may have; remove one before "${alias}" is set.`);
}
