import { beforeEach, describe, expect, it } from '@jest/globals';
import { createInMemoryObjectStore, readJson, readObject, type ObjectStore } from '@switchyard/object-store';
import { createModelRegistry, type ModelRegistry } from './model-registry.js';
import type { RegistryResult } from './registry-command.js';
import { stageVersion, publishCommand, type StagedVersion } from './testing/stage-version.js';

const NOW_MS = Date.UTC(2026, 0, 1);
const BY = { model: 'digits', by: 'ada', why: 'a reason' };

let store: ObjectStore;
let registry: ModelRegistry;
let invalid: string[];
let commands: number;
beforeEach(() => {
  store = createInMemoryObjectStore();
  invalid = [];
  commands = 0;
  registry = createModelRegistry({ store, now: () => NOW_MS, onInvalid: (key) => invalid.push(key) });
});

const id = (): string => `command-${(commands += 1)}`;
const publish = async (staged: StagedVersion = {}): Promise<RegistryResult> => registry.execute(await stageVersion(store, { runId: null, ...staged }), id());
const promote = (version: number): Promise<RegistryResult> => registry.execute({ command: 'promote', ...BY, version }, id());
const rollBack = (version?: number): Promise<RegistryResult> => registry.execute({ command: 'rollback', ...BY, version }, id());
const setAlias = (alias: string, version: number | null): Promise<RegistryResult> => registry.execute({ command: 'set-alias', ...BY, alias, version }, id());

async function keysOf(prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

describe('publish', () => {
  it('copies the staged files, writes the manifest, promotes, and removes what was staged', async () => {
    const result = await publish({ runId: 'r1' });
    expect(result).toEqual({ model: 'digits', version: 1, aliases: { champion: 1 } });
    expect(await keysOf()).toEqual([
      'models/digits/promotions/00000001.json',
      'models/digits/serving.json',
      'models/digits/versions/1/manifest.json',
      'models/digits/versions/1/onnx/model.onnx',
      'models/digits/versions/1/tfjs-layers/group1.bin',
      'models/digits/versions/1/tfjs-layers/model.json',
    ]);
    expect((await readObject(store, 'models/digits/versions/1/tfjs-layers/group1.bin'))?.toString()).toBe('weights');
    expect(await readJson(store, 'models/digits/versions/1/manifest.json')).toMatchObject({ name: 'digits', version: 1, createdAt: '2026-01-01T00:00:00.000Z', lineage: { runId: 'r1' } });
  });

  it('counts versions up, and leaves the champion when it is not to promote', async () => {
    await publish();
    expect(await publish({ promote: false })).toMatchObject({ version: 2, aliases: { champion: 1 } });
    expect(await publish()).toEqual({ model: 'digits', version: 3, aliases: { champion: 3, previous: 1 } });
  });

  it('gives the same run the version it has already', async () => {
    await publish({ runId: 'same' });
    await publish({ runId: 'other' });
    await publish({ runId: 'same' });
    expect((await registry.readCatalog()).models[0]?.versions.map(({ version }) => version)).toEqual([1, 2]);
    expect(await keysOf('runs/')).toEqual([]);
  });

  it('does not take a later champion\'s place when an old run is published again', async () => {
    await publish({ runId: 'old' });
    await publish({ runId: 'new' });
    expect(await publish({ runId: 'old' })).toEqual({ model: 'digits', version: 1, aliases: { champion: 2, previous: 1 } });
  });

  it('gives a command delivered again the version it has already, without a run', async () => {
    const command = await stageVersion(store, { runId: null });
    await registry.execute(command, 'once');
    expect(await registry.execute(command, 'once')).toMatchObject({ version: 1 });
    expect((await registry.readCatalog()).models[0]?.versions).toHaveLength(1);
  });

  it('deletes the files it published and nothing else beside them', async () => {
    await store.put('runs/r1/staged/report.json', Buffer.from('{}'));
    await publish();
    expect(await keysOf('runs/')).toEqual(['runs/r1/staged/report.json']);
  });

  it.each([
    ['missing', { 'onnx/model.onnx': 'a' }, {}, 'The staged file "onnx/model.onnx" is missing.'],
    ['too short', { 'onnx/model.onnx': 'abc' }, { 'onnx/model.onnx': 'ab' }, 'The staged file "onnx/model.onnx" has 2 bytes; 3 are stated for it.'],
    ['too long', { 'onnx/model.onnx': 'ab' }, { 'onnx/model.onnx': 'abc' }, 'The staged file "onnx/model.onnx" is larger than the 2 bytes stated for it.'],
    ['altered', { 'onnx/model.onnx': 'abc' }, { 'onnx/model.onnx': 'abd' }, 'SHA-256'],
  ])('refuses a file that is %s, and makes no version', async (_what, stated, staged, message) => {
    await stageVersion(store, { files: staged as Record<string, string> });
    await expect(registry.execute(publishCommand({ files: stated }), id())).rejects.toMatchObject({ kind: 'model-invalid', message: expect.stringContaining(message) });
    expect((await registry.readCatalog()).models).toEqual([]);
    expect(await keysOf('models/')).toEqual([]);
  });

  it('clears what a broken-off publish left before it uses the number', async () => {
    await store.put('models/digits/versions/1/onnx/left-behind.bin', Buffer.from('x'));
    expect(await publish()).toMatchObject({ version: 1 });
    expect(await keysOf('models/digits/versions/1/onnx/')).toEqual(['models/digits/versions/1/onnx/model.onnx']);
  });

  it('refuses files outside their format\'s folder, files stated twice, and a staging among the models', async () => {
    const misplaced = await stageVersion(store, { files: { 'onnx/model.onnx': 'x', 'manifest.json': '{}' } });
    await expect(registry.execute(misplaced, id())).rejects.toMatchObject({ kind: 'invalid-input', message: 'The file "manifest.json" of the tfjs-layers artifact must lie under "tfjs-layers/".' });
    const command = await stageVersion(store);
    const twice = { ...command, draft: { ...command.draft, artifacts: [...command.draft.artifacts, ...command.draft.artifacts] } };
    await expect(registry.execute(twice, id())).rejects.toMatchObject({ kind: 'invalid-input', message: 'The file "onnx/model.onnx" is stated twice.' });
    await publish({ model: 'other' });
    const among = publishCommand({ stagedUnder: 'models/other/versions/1' });
    await expect(registry.execute(among, id())).rejects.toMatchObject({ kind: 'invalid-input' });
    expect(await keysOf('models/other/versions/1/onnx')).toHaveLength(1);
  });
});

describe('promote', () => {
  it('points champion at the version and previous at the champion before', async () => {
    await publish();
    await publish({ promote: false });
    expect(await promote(2)).toEqual({ model: 'digits', version: 2, aliases: { champion: 2, previous: 1 } });
    expect(await readJson(store, 'models/digits/serving.json')).toEqual({ aliases: { champion: 2, previous: 1 }, revision: 2 });
    expect(await registry.promotions('digits')).toEqual([
      { sequence: 1, at: '2026-01-01T00:00:00.000Z', by: 'a test', why: 'because', alias: 'champion', commandId: 'command-1', from: null, to: 1 },
      { sequence: 2, at: '2026-01-01T00:00:00.000Z', by: 'ada', why: 'a reason', alias: 'champion', commandId: 'command-3', from: 1, to: 2 },
    ]);
  });

  it('changes nothing, the log included, when the version is champion already', async () => {
    await publish();
    expect(await promote(1)).toEqual({ model: 'digits', version: 1, aliases: { champion: 1 } });
    expect(await registry.promotions('digits')).toHaveLength(1);
  });

  it('names what there is when the model or the version does not exist', async () => {
    await expect(promote(1)).rejects.toMatchObject({ kind: 'model-not-found', message: expect.stringContaining('"digits"') });
    await publish();
    await expect(promote(7)).rejects.toMatchObject({ kind: 'version-not-found', message: 'Model "digits" has no version 7; its versions: 1.' });
  });
});

describe('rollback', () => {
  it('goes back to previous, and forth again', async () => {
    await publish();
    await publish();
    expect(await rollBack()).toEqual({ model: 'digits', version: 1, aliases: { champion: 1, previous: 2 } });
    expect(await rollBack()).toEqual({ model: 'digits', version: 2, aliases: { champion: 2, previous: 1 } });
  });

  it('goes back to any version', async () => {
    for (let version = 1; version <= 3; version += 1) await publish();
    expect(await rollBack(1)).toEqual({ model: 'digits', version: 1, aliases: { champion: 1, previous: 3 } });
    await expect(rollBack(9)).rejects.toMatchObject({ kind: 'version-not-found' });
  });

  it('is a conflict when nothing served before', async () => {
    await publish();
    await expect(rollBack()).rejects.toMatchObject({
      kind: 'conflict',
      message: 'Model "digits" cannot be rolled back: no version served before version 1. Name the version to go back to.',
    });
  });

  it('is done once however often the command is delivered', async () => {
    await publish();
    await publish();
    const command = { command: 'rollback', ...BY } as const;
    const first = await registry.execute(command, 'delivered twice');
    expect(await registry.execute(command, 'delivered twice')).toEqual(first);
    expect(await registry.promotions('digits')).toHaveLength(3);
  });
});

describe('set-alias', () => {
  it('points an alias of the user\'s own, and removes it', async () => {
    await publish();
    expect(await setAlias('shadow', 1)).toMatchObject({ version: 1, aliases: { champion: 1, shadow: 1 } });
    expect(await setAlias('shadow', null)).toMatchObject({ version: 0, aliases: { champion: 1 } });
    expect(await setAlias('shadow', null)).toMatchObject({ aliases: { champion: 1 } });
    expect((await registry.promotions('digits')).map(({ alias, from, to }) => [alias, from, to])).toEqual([['champion', null, 1], ['shadow', null, 1], ['shadow', 1, null]]);
  });

  it('promotes when the alias is champion', async () => {
    await publish();
    await publish({ promote: false });
    expect(await setAlias('champion', 2)).toMatchObject({ aliases: { champion: 2, previous: 1 } });
  });

  it('keeps a hundred aliases of a model, no more', async () => {
    await publish();
    for (let alias = 1; alias < 100; alias += 1) await setAlias(`a${alias}`, 1);
    await expect(setAlias('one-more', 1)).rejects.toMatchObject({ kind: 'conflict', message: expect.stringMatching(/has 100 aliases/) });
    await expect(setAlias('a7', 1)).resolves.toMatchObject({ version: 1 });
    await setAlias('a7', null);
    await expect(setAlias('one-more', 1)).resolves.toMatchObject({ version: 1 });
  });

  it('leaves champion and previous to promotion', async () => {
    await publish();
    await expect(setAlias('champion', null)).rejects.toMatchObject({ kind: 'conflict' });
    await expect(setAlias('previous', 1)).rejects.toMatchObject({ kind: 'conflict' });
  });
});

describe('readCatalog', () => {
  it('holds every model with its versions and what serves', async () => {
    await publish();
    await publish({ model: 'boxes', promote: false });
    const catalog = await registry.readCatalog();
    expect(catalog.builtAt).toBe('2026-01-01T00:00:00.000Z');
    expect(catalog.models.map(({ name, serving, versions }) => [name, serving, versions.length])).toEqual([
      ['boxes', { aliases: {}, revision: 0 }, 1],
      ['digits', { aliases: { champion: 1 }, revision: 1 }, 1],
    ]);
  });

  it('counts versions as numbers, not as text', async () => {
    for (let version = 1; version <= 11; version += 1) await publish();
    expect((await registry.readCatalog()).models[0]?.versions.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each([
    ['a manifest that is no JSON', 'models/digits/versions/2/manifest.json', '{'],
    ['a manifest of another version', 'models/digits/versions/2/manifest.json', null],
    ['an entry of the log', 'models/digits/promotions/00000002.json', '"'],
  ])('passes over %s that is damaged, says which, and goes on', async (_what, key, content) => {
    await publish();
    await store.put(key, content === null ? (await readObject(store, 'models/digits/versions/1/manifest.json'))! : Buffer.from(content));
    const [model] = (await registry.readCatalog()).models;
    expect(model).toMatchObject({ serving: { aliases: { champion: 1 } }, versions: [{ version: 1 }] });
    expect(invalid).toEqual([key]);
    // Nothing damaged is overwritten, and no number is given twice.
    expect((await publish()).aliases['champion']).toBeGreaterThan(1);
    expect((await readObject(store, key))?.toString().startsWith(content ?? '{')).toBe(true);
  });

  it('rebuilds serving.json from the log when it is damaged or missing', async () => {
    await publish();
    await publish();
    await store.put('models/digits/serving.json', Buffer.from('no json'));
    expect((await registry.readCatalog()).models[0]?.serving).toEqual({ aliases: { champion: 2, previous: 1 }, revision: 2 });
    expect(invalid).toEqual(['models/digits/serving.json']);
    await store.delete('models/digits/serving.json');
    await setAlias('shadow', 1);
    expect(await readJson(store, 'models/digits/serving.json')).toEqual({ aliases: { champion: 2, previous: 1, shadow: 1 }, revision: 3 });
  });

  it('passes over folders without a manifest, and strangers', async () => {
    await store.put('models/digits/versions/1/onnx/model.onnx', Buffer.from('half'));
    await store.put('models/readme.txt', Buffer.from('x'));
    await store.put('models/digits/notes/2.txt', Buffer.from('x'));
    expect((await registry.readCatalog()).models).toEqual([]);
    expect(invalid).toEqual([]);
  });
});

describe('turns', () => {
  it('carries out commands given at once one after the other', async () => {
    const staged = await Promise.all(['a', 'b', 'c'].map((runId) => stageVersion(store, { runId, stagedUnder: `runs/${runId}` })));
    const results = await Promise.all(staged.map((command) => registry.execute(command, id())));
    expect(results.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(await registry.promotions('digits')).toHaveLength(3);
  });
});
