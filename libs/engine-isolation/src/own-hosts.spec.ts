import { afterEach, describe, expect, it } from '@jest/globals';
import { REFERENCE_MODELS, type LoadedModel } from '@switchyard/engine';
import { engineConformance } from '@switchyard/engine/conformance';
import { tensor, type TensorMap } from '@switchyard/tensor';
import { isolateEngine, type IsolateEngineOptions } from './isolate-engine.js';
import type { HostExit } from './supervised-host.js';

const FIXTURE = new URL('../fixtures/unruly-engine.mjs', import.meta.url).href;
const ABORT = 1_002;
const AFFINE = { format: 'onnx', directory: 'affine', signature: REFERENCE_MODELS.affine.signature } as const;

const unruly = {
  engine: { name: 'onnx', formats: ['onnx'] }, moduleUrl: FIXTURE, factoryName: 'createUnrulyEngine', isolation: 'process', sharing: 'one-model',
} as const;

describe('an engine whose models have processes of their own', () => {
  engineConformance({ createEngine: async () => isolateEngine(unruly), format: 'onnx', directoryOf: (model) => model });

  it('ends one model’s process without touching another’s', async () => {
    const { engine, exits } = await watched();
    const [lethal, other] = [await engine.load(AFFINE), await engine.load(AFFINE)];
    await expect(lethal.run(asking(ABORT))).rejects.toMatchObject({ kind: 'engine-failed', endedEngine: true });
    await expectRightAnswer(other);
    await expectRightAnswer(lethal);
    expect(exits).toEqual([{ reason: 'its process was ended by SIGABRT', restart: 1, directory: 'affine' }]);
  });

  it('quarantines a model that ends its process again and again, alone and for a while', async () => {
    const { engine, exits } = await watched({ quarantineEnds: 3, quarantineWindowMs: 60_000, quarantineMs: 1_000, backOffMs: 1 });
    const [lethal, other] = [await engine.load(AFFINE), await engine.load(AFFINE)];
    for (let end = 0; end < 3; end++) await expect(lethal.run(asking(ABORT))).rejects.toMatchObject({ kind: 'engine-failed' });
    expect(lethal.outage?.()).toMatchObject({ kind: 'model-not-ready' });
    await expect(lethal.run(asking(0))).rejects.toThrow('The model is quarantined: it ended its process 3 times');
    expect(exits.map(({ restart, quarantine }) => [restart, quarantine !== undefined])).toEqual([[1, false], [2, false], [null, true]]);
    expect(other.outage?.()).toBeNull();
    await expectRightAnswer(other);
    await eventually(() => expectRightAnswer(lethal));
    expect(lethal.outage?.()).toBeNull();
    expect(exits).toHaveLength(3);
  });
});

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((engine) => engine.close()));
});

async function watched(limits: NonNullable<IsolateEngineOptions['limits']> = {}) {
  const exits: HostExit[] = [];
  const engine = isolateEngine({ ...unruly, limits, onHostExit: (exit) => exits.push(exit) });
  opened.push(engine);
  return { engine, exits };
}

/** One row of the affine model whose first number asks the fixture for something. */
function asking(what: number): TensorMap {
  return new Map([...REFERENCE_MODELS.affine.sampleInputs(1), ['x', tensor('float32', [1, 3], Float32Array.of(what, 1, 2))]]);
}

async function expectRightAnswer(model: LoadedModel): Promise<void> {
  const inputs = REFERENCE_MODELS.affine.sampleInputs(3);
  expect(await model.run(inputs)).toEqual(REFERENCE_MODELS.affine.run(inputs));
}

/** The quarantine ends by itself; what it refuses meanwhile it refuses at once. */
async function eventually(attempt: () => Promise<void>, deadlineMs = performance.now() + 15_000): Promise<void> {
  for (;;) {
    try {
      return await attempt();
    } catch (failure) {
      if (performance.now() > deadlineMs) throw failure;
      await new Promise(setImmediate);
    }
  }
}
