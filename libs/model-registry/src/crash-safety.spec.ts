import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeError } from '@switchyard/errors';
import { createInMemoryObjectStore, readObject, type ObjectStore } from '@switchyard/object-store';
import { createModelRegistry, type ModelRegistry } from './model-registry.js';
import type { RegistryCommand } from './registry-command.js';
import { Crash, crashingStore, type CrashPlan } from './testing/crashing-store.js';
import { publishCommand, stageVersion, type StagedVersion } from './testing/stage-version.js';

const BY = { by: 'a test', why: '' };
const model = fc.constantFrom('digits', 'boxes');
const version = fc.integer({ min: 1, max: 4 });

const files = fc.constantFrom<Record<string, string>>(
  { 'onnx/model.onnx': 'one' },
  { 'onnx/model.onnx': 'two', 'tfjs-layers/model.json': '{}' },
  { 'tfjs-layers/model.json': '{}', 'tfjs-layers/weights.bin': 'three' },
);
const publication = fc.record({ model, files, runId: fc.constantFrom('r1', 'r2', 'r3', null), promote: fc.boolean(), isAltered: fc.nat(3).map((dice) => dice === 0) });

type Step = { readonly publish: StagedVersion & { readonly isAltered: boolean } } | { readonly command: RegistryCommand };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ publish: publication }) },
  { weight: 1, arbitrary: fc.record({ command: fc.record({ command: fc.constant('promote' as const), model, version }).map((command) => ({ ...command, ...BY })) }) },
  {
    weight: 2,
    arbitrary: fc.record({ command: fc.record({ command: fc.constant('rollback' as const), model, version: fc.option(version, { nil: undefined }) }).map((command) => ({ ...command, ...BY })) }),
  },
  { weight: 1, arbitrary: fc.record({ command: fc.record({ command: fc.constant('unload' as const), model }).map((command) => ({ ...command, ...BY })) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      command: fc
        .record({ command: fc.constant('set-alias' as const), model, alias: fc.constantFrom('shadow', 'champion', 'previous'), version: fc.option(version, { nil: null }) })
        .map((command) => ({ ...command, ...BY })),
    }),
  },
);
const crash: fc.Arbitrary<CrashPlan> = fc.record({ atWrite: fc.integer({ min: 0, max: 9 }), afterIt: fc.boolean() });

describe('a command cut off at any write and repeated', () => {
  it('ends as if it had not been cut off: same answers, same objects, same log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ step, crash }), { maxLength: 8 }), async (turns) => {
        const [smooth, bumpy] = [createInMemoryObjectStore(), createInMemoryObjectStore()];
        for (const [index, turn] of turns.entries()) {
          const expected = await outcome(registryAt(smooth, index), await prepare(smooth, turn.step, index), index);
          const command = await prepare(bumpy, turn.step, index);
          const first = await outcome(registryAt(crashingStore(bumpy, turn.crash), index), command, index);
          await expectWholeCatalog(bumpy, index);
          const repeated = first === 'crashed' ? await outcome(registryAt(bumpy, index), command, index) : first;
          expect(repeated).toEqual(expected);
          expect(await contentsOf(bumpy)).toEqual(await contentsOf(smooth));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('may be delivered twice: the second time changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const store = createInMemoryObjectStore();
        for (const [index, next] of steps.entries()) {
          const command = await prepare(store, next, index);
          const first = await outcome(registryAt(store, index), command, index);
          const contents = await contentsOf(store);
          expect(await outcome(registryAt(store, index), command, index)).toEqual(first);
          expect(await contentsOf(store)).toEqual(contents);
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** A registry as a process just started would have it; time stands still during a step. */
function registryAt(store: ObjectStore, index: number): ModelRegistry {
  return createModelRegistry({ store, now: () => Date.UTC(2026, 0, 1 + index) });
}

async function prepare(store: ObjectStore, next: Step, index: number): Promise<RegistryCommand> {
  if ('command' in next) return next.command;
  const { isAltered, ...staged } = next.publish;
  const stagedUnder = `runs/${index}/staged`;
  const command = await stageVersion(store, { ...staged, stagedUnder });
  return isAltered ? publishCommand({ ...staged, stagedUnder, files: { ...staged.files, 'onnx/model.onnx': 'something else' } }) : command;
}

async function outcome(registry: ModelRegistry, command: RegistryCommand, index: number): Promise<unknown> {
  try {
    return { result: await registry.execute(command, `command-${index}`) };
  } catch (error) {
    return isCrash(error) ? 'crashed' : { error: encodeError(error) };
  }
}

function isCrash(error: unknown): boolean {
  return error instanceof Crash;
}

/** A reader after the crash sees only versions whose files are all there, and aliases that point at versions. */
async function expectWholeCatalog(store: ObjectStore, index: number): Promise<void> {
  for (const { name, serving, versions } of (await registryAt(store, index).readCatalog()).models) {
    const numbers = versions.map((manifest) => manifest.version);
    expect(numbers).toEqual(expect.arrayContaining(Object.values(serving.aliases)));
    for (const manifest of versions) {
      for (const file of manifest.artifacts.flatMap((artifact) => artifact.files)) {
        expect((await store.stat(`models/${name}/versions/${manifest.version}/${file.path}`))?.bytes).toBe(file.bytes);
      }
    }
  }
}

async function contentsOf(store: ObjectStore): Promise<Record<string, string | undefined>> {
  const contents: Record<string, string | undefined> = {};
  for await (const key of store.list('')) contents[key] = (await readObject(store, key))?.toString();
  return contents;
}
