import { existsSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { REFERENCE_MODELS, type LoadedModel } from '@switchyard/engine';
import { engineConformance } from '@switchyard/engine/conformance';
import { numericData, tensor, type TensorMap } from '@switchyard/tensor';
import { HOST_PROGRAM } from './host-transport.js';
import { isolateEngine, type IsolateEngineOptions } from './isolate-engine.js';
import type { HostExit } from './supervised-host.js';

// Threads and processes load compiled JavaScript only, the host from dist as well as the engine it hosts.
beforeAll(() => {
  if (!existsSync(HOST_PROGRAM)) throw new Error('These tests start compiled hosts: run `npx tsc -b libs/engine-isolation` first.');
});

const FIXTURE = new URL('../fixtures/unruly-engine.mjs', import.meta.url).href;
const EXIT = 1_001;
const ABORT = 1_002;
const HANG = 1_003;
const MEET = 1_004;
const AFFINE = { format: 'onnx', directory: 'affine', signature: REFERENCE_MODELS.affine.signature } as const;

const unruly = { engine: { name: 'onnx', formats: ['onnx'] }, moduleUrl: FIXTURE, factoryName: 'createUnrulyEngine' } as const;

describe.each(['thread', 'process'] as const)('an engine in a %s', (isolation) => {
  engineConformance({
    createEngine: async () => isolateEngine({ ...unruly, isolation, workers: 2 }),
    format: 'onnx',
    directoryOf: (model) => model,
  });

  it('fails the runs of a host that ends, restarts it and runs again', async () => {
    const { model, exits } = await isolated({ isolation });
    const lost = await Promise.allSettled([model.run(asking(EXIT)), model.run(asking(0))]);
    for (const run of lost) expect(run).toMatchObject({ status: 'rejected', reason: { kind: 'engine-failed' } });
    await expectRightAnswer(model);
    expect(exits).toEqual([{ reason: expect.stringContaining('ended with code 2'), restart: 1 }]);
  });

  it('ends a host that does not answer in time, restarts it and runs again', async () => {
    const { model, exits } = await isolated({ isolation, limits: { runTimeoutMs: 400 } });
    await expect(model.run(asking(HANG))).rejects.toMatchObject({
      kind: 'engine-failed',
      message: expect.stringContaining('did not answer a request to run within'),
    });
    await eventually(() => expectRightAnswer(model));
    expect(exits).toHaveLength(1);
  });

  it('refuses a model whose loading ends the host, and serves the others on', async () => {
    const { engine, model } = await isolated({ isolation });
    await expect(engine.load({ ...AFFINE, directory: 'lethal' })).rejects.toMatchObject({ kind: 'model-invalid' });
    await expectRightAnswer(model);
  });

  it('closes although a run hangs, and settles that run', async () => {
    const { engine, model } = await isolated({ isolation, limits: { closeTimeoutMs: 200 } });
    const hanging = expect(model.run(asking(HANG))).rejects.toMatchObject({ kind: 'engine-failed' });
    await engine.close();
    await hanging;
  });

  it.each([
    ['module', { moduleUrl: new URL('absent.mjs', FIXTURE).href }],
    ['export', { factoryName: 'createNothing' }],
  ])('says that the engine is unavailable when its %s is missing', async (_, missing) => {
    const engine = isolateEngine({ ...unruly, isolation, ...missing });
    await expect(engine.load(AFFINE)).rejects.toMatchObject({ kind: 'engine-unavailable' });
    await engine.close();
  });
});

describe('an engine in a process', () => {
  it('outlives a library that aborts', async () => {
    const { model, exits } = await isolated({ isolation: 'process' });
    await expect(model.run(asking(ABORT))).rejects.toMatchObject({ kind: 'engine-failed' });
    await expectRightAnswer(model);
    expect(exits).toEqual([{ reason: 'its process was ended by SIGABRT', restart: 1 }]);
  });
});

describe('an engine in threads', () => {
  it('blocks its own thread, not the event loop', async () => {
    const shared = sharedNumbers();
    const { model } = await isolated({ isolation: 'thread', factoryOptions: { shared } });
    const running = model.run(asking(MEET));
    // The run returns only when somebody else comes; here that is the event loop it must not have blocked.
    Atomics.add(shared, 2, 1);
    Atomics.notify(shared, 2);
    await running;
  });

  it('takes the memory of inputs that are given, and copies that of others', async () => {
    const { model } = await isolated({ isolation: 'thread' });
    for (const isGiven of [false, true]) {
      const inputs = asking(0);
      const bytes = (): number[] => [...inputs.values()].map((of) => numericData(of).buffer.byteLength);
      const before = bytes();
      await model.run(inputs, { isGiven });
      expect(bytes()).toEqual(isGiven ? before.map(() => 0) : before);
    }
  });

  it('sends runs to the host with least to do, so that two run at once', async () => {
    const { model } = await isolated({ isolation: 'thread', workers: 2, factoryOptions: { shared: sharedNumbers() } });
    expect(model.maxConcurrentRuns).toBe(2);
    await Promise.all([model.run(asking(MEET)), model.run(asking(MEET))]);
  });

  it('leaves the runs of other hosts alone when one ends', async () => {
    const shared = sharedNumbers();
    const { model } = await isolated({ isolation: 'thread', workers: 2, factoryOptions: { shared } });
    const elsewhere = model.run(asking(MEET));
    await expect(model.run(asking(EXIT))).rejects.toMatchObject({ kind: 'engine-failed' });
    Atomics.add(shared, 2, 1);
    Atomics.notify(shared, 2);
    expect(await elsewhere).toEqual(REFERENCE_MODELS.affine.run(asking(MEET)));
  });

  it('stops restarting a host that keeps ending, until the next load gives it a new chance', async () => {
    const shared = sharedNumbers();
    const { engine, model, exits } = await isolated({
      isolation: 'thread',
      factoryOptions: { shared },
      limits: { maxRestarts: 2, backOffMs: 1 },
    });
    Atomics.store(shared, 1, 2);
    await expect(model.run(asking(EXIT))).rejects.toMatchObject({ kind: 'engine-failed' });
    await expect(model.run(asking(0))).rejects.toMatchObject({
      kind: 'engine-unavailable',
      message: expect.stringContaining('3 times in a row'),
    });
    expect(exits.map((exit) => exit.restart)).toEqual([1, 2, null]);
    Atomics.store(shared, 1, 0);
    await engine.load(AFFINE);
    await expectRightAnswer(model);
  });

  it('restarts without the models disposed meanwhile', async () => {
    const { engine, model } = await isolated({ isolation: 'thread' });
    const other = await engine.load(AFFINE);
    await expect(model.run(asking(EXIT))).rejects.toMatchObject({ kind: 'engine-failed' });
    await model.dispose();
    await expectRightAnswer(other);
    await expect(model.run(asking(0))).rejects.toThrow('disposed');
  });
});

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((engine) => engine.close()));
});

async function isolated(options: Pick<IsolateEngineOptions, 'isolation'> & Partial<IsolateEngineOptions>) {
  const exits: HostExit[] = [];
  const engine = isolateEngine({ ...unruly, onHostExit: (exit) => exits.push(exit), ...options });
  opened.push(engine);
  return { engine, model: await engine.load(AFFINE), exits };
}

/** One row of the affine model whose first number asks the fixture for something. */
function asking(what: number): TensorMap {
  return new Map([...REFERENCE_MODELS.affine.sampleInputs(1), ['x', tensor('float32', [1, 3], Float32Array.of(what, 1, 2))]]);
}

async function expectRightAnswer(model: LoadedModel): Promise<void> {
  const inputs = REFERENCE_MODELS.affine.sampleInputs(3);
  expect(await model.run(inputs)).toEqual(REFERENCE_MODELS.affine.run(inputs));
}

/** A busy machine may need longer than one run's deadline to bring a host back. */
async function eventually(attempt: () => Promise<void>, deadlineMs = performance.now() + 15_000): Promise<void> {
  for (;;) {
    try {
      return await attempt();
    } catch (failure) {
      if (performance.now() > deadlineMs) throw failure;
    }
  }
}

function sharedNumbers(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
}
