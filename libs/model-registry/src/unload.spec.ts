import { beforeEach, describe, expect, it } from '@jest/globals';
import { createInMemoryObjectStore, type ObjectStore } from '@switchyard/object-store';
import { createModelRegistry, type ModelRegistry } from './model-registry.js';
import type { RegistryResult } from './registry-command.js';
import { resolveVersion, servedVersions } from './resolve-version.js';
import { stageVersion, type StagedVersion } from './testing/stage-version.js';

const BY = { model: 'digits', by: 'ada', why: 'a reason' };

let store: ObjectStore;
let registry: ModelRegistry;
let commands: number;
beforeEach(() => {
  store = createInMemoryObjectStore();
  commands = 0;
  registry = createModelRegistry({ store, now: () => Date.UTC(2026, 0, 1) });
});

const id = (): string => `command-${(commands += 1)}`;
const publish = async (staged: StagedVersion = {}): Promise<RegistryResult> => registry.execute(await stageVersion(store, { runId: null, ...staged }), id());
const promote = (version: number): Promise<RegistryResult> => registry.execute({ command: 'promote', ...BY, version }, id());
const setAlias = (alias: string, version: number | null): Promise<RegistryResult> => registry.execute({ command: 'set-alias', ...BY, alias, version }, id());

describe('unload', () => {
  const unload = (commandId = id()): Promise<RegistryResult> => registry.execute({ command: 'unload', ...BY }, commandId);
  const serving = async (): Promise<unknown> => (await registry.readCatalog()).models[0]?.serving;

  it('serves nothing of the model, keeps its aliases, and stands in the log', async () => {
    await publish();
    await publish();
    await setAlias('shadow', 1);
    expect(await unload()).toEqual({ model: 'digits', version: 0, aliases: { champion: 2, previous: 1, shadow: 1 } });
    expect(await serving()).toEqual({ aliases: { champion: 2, previous: 1, shadow: 1 }, revision: 4, unloaded: true });
    expect((await registry.promotions('digits')).at(-1)).toMatchObject({ alias: 'champion', from: 2, to: null, by: 'ada', why: 'a reason' });
    const [model] = (await registry.readCatalog()).models;
    expect(servedVersions(model!)).toEqual([]);
    for (const choice of [undefined, { version: 2 }, { alias: 'shadow' }]) expect(() => resolveVersion(model!, choice)).toThrow('has been unloaded');
  });

  it('is undone by promoting what served, which is all as it was', async () => {
    await publish();
    await publish();
    await unload();
    expect(await promote(2)).toMatchObject({ aliases: { champion: 2, previous: 1 } });
    expect(await serving()).toEqual({ aliases: { champion: 2, previous: 1 }, revision: 4 });
    expect((await registry.promotions('digits')).at(-1)).toMatchObject({ alias: 'champion', from: null, to: 2 });
  });

  it('is undone by any other promotion too, and can be rolled back to what served', async () => {
    await publish();
    await publish({ promote: false });
    await unload();
    expect(await promote(2)).toMatchObject({ aliases: { champion: 2, previous: 1 } });
    expect(servedVersions((await registry.readCatalog()).models[0]!)).toEqual([1, 2]);
  });

  it('lasts while other aliases change', async () => {
    await publish();
    await unload();
    await setAlias('shadow', 1);
    expect(await serving()).toEqual({ aliases: { champion: 1, shadow: 1 }, revision: 3, unloaded: true });
  });

  it('unloads a model that never had a champion, whose aliases keep versions loaded', async () => {
    await publish({ promote: false });
    await setAlias('shadow', 1);
    await unload();
    expect(await serving()).toEqual({ aliases: { shadow: 1 }, revision: 2, unloaded: true });
  });

  it('is done once, and refused for a model there is not', async () => {
    await expect(unload()).rejects.toMatchObject({ kind: 'model-not-found' });
    await publish();
    await unload('once');
    await unload('once');
    await unload('again');
    expect(await registry.promotions('digits')).toHaveLength(2);
  });
});
