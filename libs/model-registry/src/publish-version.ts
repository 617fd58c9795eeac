import { ServingError } from '@switchyard/errors';
import { assertKeyPrefix, writeJson } from '@switchyard/object-store';
import { answer, changeAlias } from './change-alias.js';
import { copyVerified } from './copy-verified.js';
import type { Manifest, ModelFile, VersionDraft } from './manifest.js';
import { MODELS, manifestKey, versionPrefix } from './registry-keys.js';
import { readPromotions, type ModelState, type RegistryStore } from './model-state.js';
import type { PublishCommand, RegistryResult } from './registry-command.js';
import { CHAMPION } from './resolve-version.js';

/**
 * Makes a version of the staged files: files, then manifest (with which the version exists), then promotion, then the staged files go.
 * Cut off anywhere and repeated, it takes up where it was: a folder without a manifest is overwritten, a version of the same run is found.
 * @throws ServingError `model-invalid` when the files are not what the draft states; `invalid-input` when the draft misplaces them
 */
export async function publishVersion(on: RegistryStore, model: ModelState, command: PublishCommand, commandId: string): Promise<RegistryResult> {
  const staged = stagedFolder(command.stagedUnder);
  const files = filesOf(command.draft);
  const known = model.versions.find((manifest) => isSamePublication(manifest, command.draft, commandId));
  const { version } = known ?? (await addVersion(on, model, { draft: command.draft, files, staged, commandId }));
  const isDue = command.promote && (known === undefined || !(await wasPromoted(on, model, version)));
  const serving = isDue ? await changeAlias(on, model, { ...command, alias: CHAMPION, to: version, commandId }) : model.serving;
  for (const file of files) await on.store.delete(`${staged}/${file.path}`);
  return answer(model, serving, version);
}

interface NewVersion {
  readonly draft: VersionDraft;
  readonly files: readonly ModelFile[];
  readonly staged: string;
  readonly commandId: string;
}

async function addVersion({ store, now }: RegistryStore, model: ModelState, { draft, files, staged, commandId }: NewVersion): Promise<Manifest> {
  const version = (model.numbers.at(-1) ?? 0) + 1;
  const folder = versionPrefix(model.name, version);
  for await (const leftover of store.list(folder)) await store.delete(leftover);
  for (const file of files) await copyVerified(store, `${staged}/${file.path}`, `${folder}${file.path}`, file);
  const createdAt = new Date(now()).toISOString();
  const manifest: Manifest = { name: model.name, version, createdAt, ...draft, commandId };
  await writeJson(store, manifestKey(model.name, version), manifest);
  return manifest;
}

function isSamePublication(manifest: Manifest, { lineage, origin }: VersionDraft, commandId: string): boolean {
  if (lineage.runId !== null) return manifest.lineage.runId === lineage.runId;
  if (origin !== null) return manifest.origin?.importId === origin.importId;
  return manifest.commandId === commandId;
}

/** A publish that comes again late must not take the place of a champion promoted since. */
async function wasPromoted(on: RegistryStore, model: ModelState, version: number): Promise<boolean> {
  const entries = await readPromotions(on, model.name, model.sequences);
  return entries.some((entry) => entry.alias === CHAMPION && entry.to === version);
}

/** The folder without its closing slash. What lies among the models is no staging: its files would be deleted afterwards. */
function stagedFolder(stagedUnder: string): string {
  const folder = stagedUnder.replace(/\/$/, '');
  assertKeyPrefix(`${folder}/`);
  if (!`${folder}/`.startsWith(MODELS)) return folder;
  throw new ServingError('invalid-input', `Files cannot be staged under "${stagedUnder}": "${MODELS}" holds published versions.`);
}

/** Engines load the folder `<format>/` of a version, so that is where the files of a format must lie. */
function filesOf({ artifacts }: VersionDraft): ModelFile[] {
  const files = new Map<string, ModelFile>();
  for (const { format, files: own } of artifacts) {
    for (const file of own) {
      if (!file.path.startsWith(`${format}/`)) throw new ServingError('invalid-input', `The file "${file.path}" of the ${format} artifact must lie under "${format}/".`);
      if (files.has(file.path)) throw new ServingError('invalid-input', `The file "${file.path}" is stated twice.`);
      files.set(file.path, file);
    }
  }
  return [...files.values()];
}
