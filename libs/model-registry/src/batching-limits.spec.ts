import { beforeEach, describe, expect, it } from '@jest/globals';
import { createInMemoryObjectStore, type ObjectStore } from '@switchyard/object-store';
import type { BatchingChange, BatchingLimits } from './batching-limits.js';
import { createModelRegistry, type ModelRegistry } from './model-registry.js';
import { stageVersion } from './testing/stage-version.js';

let store: ObjectStore;
let registry: ModelRegistry;
let commands: number;
beforeEach(() => {
  store = createInMemoryObjectStore();
  commands = 0;
  registry = createModelRegistry({ store, now: () => 0 });
});

const id = (): string => `command-${(commands += 1)}`;
const set = (limits: BatchingChange): Promise<unknown> => registry.execute({ command: 'set-batching', model: 'digits', by: 'ada', why: '', limits }, id());
const limits = async (): Promise<BatchingLimits | undefined> => (await registry.readCatalog()).models[0]?.batching;

describe('set-batching', () => {
  it('changes what it names, keeps the rest, and forgets what is null', async () => {
    await registry.execute(await stageVersion(store), id());
    expect(await limits()).toEqual({});
    await set({ maxBatchRows: 8, maxQueueDelayMs: 2 });
    await set({ maxBatchRows: 16 });
    expect(await limits()).toEqual({ maxBatchRows: 16, maxQueueDelayMs: 2 });
    await set({ maxQueueDelayMs: null });
    expect(await limits()).toEqual({ maxBatchRows: 16 });
    expect(await registry.promotions('digits')).toHaveLength(1);
  });

  it('needs a model', async () => {
    await expect(set({ maxBatchRows: 8 })).rejects.toMatchObject({ kind: 'model-not-found' });
  });
});
