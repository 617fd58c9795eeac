import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '@switchyard/clock';
import { ServingError } from '@switchyard/errors';
import type { RegistryCommand, RegistryResult } from '@switchyard/model-registry';
import { readJson, readObject, type ObjectStore } from '@switchyard/object-store';
import { tensor } from '@switchyard/tensor';
import type { Dataset } from './dataset.js';
import { encodeSnapshot } from './dataset-snapshot.js';
import { evaluate } from './evaluation.js';
import { pipelineSchema } from './pipeline.js';
import { readRun } from './run-journal.js';
import { runPipeline } from './run-pipeline.js';
import type { FormComparer, ModelPublisher, Parity, RunDependencies } from './run-ports.js';
import { readSnapshot } from './snapshot-store.js';
import type { ModelCompiler, Trainer } from './trainer.js';
import { withAddedRows } from './uploads/added-rows.js';
import { storeUpload } from './uploads/upload-store.js';

const pipeline = pipelineSchema.parse({ name: 'signs', model: 'signs', dataset: 'signs', trainer: 'sign', epochs: 1, batchSize: 1, learningRate: 1 });
const request = { pipeline, runId: 'signs-1', trigger: 'request' as const, requestedBy: 'ada', parentVersion: 4 };

const dataset: Dataset = {
  name: 'signs', digest: 'd'.repeat(64), classes: 2,
  training: { inputs: tensor('float32', [2, 1], Float32Array.of(-1, 1)), labels: tensor('int32', [2], Int32Array.of(0, 1)) },
  heldOut: { inputs: tensor('float32', [4, 1], Float32Array.of(-2, -3, 2, 3)), labels: tensor('int32', [4], Int32Array.of(0, 0, 1, 1)) },
};

describe('runPipeline', () => {
  let directory: string;
  let store: MapStore;
  let registry: MemoryRegistry;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'run-'));
    store = new MapStore();
    registry = new MemoryRegistry();
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('publishes both forms, the compiled one first, with the files staged as the draft says', async () => {
    registry.onPublish = async ({ draft, stagedUnder }) => {
      for (const file of draft.artifacts.flatMap((artifact) => artifact.files)) {
        expect((await readObject(store, `${stagedUnder}/${file.path}`))?.byteLength).toBe(file.bytes);
      }
    };
    const record = await runPipeline(request, withParts());
    expect(record).toMatchObject({ status: 'succeeded', version: 1, model: 'signs', evaluation: { accuracy: 1 } });
    expect(registry.commands[0]).toMatchObject({
      command: 'publish', model: 'signs', by: 'ada', promote: true, stagedUnder: 'runs/signs-1/staged',
      draft: {
        artifacts: [{ format: 'onnx', files: [{ path: 'onnx/model.onnx' }] }, { format: 'tfjs-layers', files: [{ path: 'tfjs-layers/model.json' }] }],
        lineage: { runId: 'signs-1', datasetName: 'signs', datasetDigest: dataset.digest, parentVersion: 4 },
        compilation: { compiled: true, maxAbsDifference: 1e-7, parityRows: 4 },
        metrics: { accuracy: 1, f1: 1 },
      },
    });
    expect(publishedDraft()!.lineage).not.toHaveProperty('uploads');
  });

  it('leaves the record, the report and the dataset in the store, and no staged file', async () => {
    const record = await runPipeline(request, withParts());
    expect(await readRun(store, 'signs-1')).toEqual(record);
    expect((await readObject(store, 'runs/signs-1/report.md'))?.toString()).toContain('The gate is passed: accuracy 100.00 %');
    expect(await readSnapshot(store, dataset)).toEqual(dataset);
    expect([...store.objects.keys()].filter((key) => key.includes('/staged/'))).toEqual([]);
  });

  it('publishes nothing when the gate holds, and says why', async () => {
    const record = await runPipeline(request, withParts({ trainer: trainerThat({ predicts: [0, 0, 1, 0] }) }));
    expect(record).toMatchObject({
      status: 'rejected', version: null,
      reason: 'The gate is not passed, the version before keeps serving: accuracy 75.00 % on 4 held-out rows, gate 97.00 %.',
    });
    expect(registry.commands).toEqual([]);
  });

  it.each([
    ['differs too much', { maxAbsDifference: 1e-3, rows: 4, sameArgmax: true }],
    ['gives another class', { maxAbsDifference: 1e-7, rows: 4, sameArgmax: false }],
    ['gives no number', { maxAbsDifference: Number.NaN, rows: 4, sameArgmax: true }],
  ])('publishes the original alone when the compiled form %s', async (_, parity) => {
    await runPipeline(request, withParts({ parity: comparerOf(parity) }));
    expect(publishedDraft()).toMatchObject({ artifacts: [{ format: 'tfjs-layers' }], compilation: { compiled: false, maxAbsDifference: null } });
    expect(publishedDraft()?.compilation?.reason).toContain('The onnx form disagrees with the tfjs-layers form');
  });

  it('publishes the original alone when the compiler knows a reason against', async () => {
    const refusing: ModelCompiler = { from: 'tfjs-layers', to: 'onnx', compile: () => Promise.resolve({ compiled: false, reason: 'Layer "lstm" cannot be expressed.' }) };
    await runPipeline(request, withParts({ compilers: [refusing] }));
    expect(publishedDraft()).toMatchObject({ artifacts: [{ format: 'tfjs-layers' }], compilation: { compiled: false, reason: 'Layer "lstm" cannot be expressed.' } });
  });

  it('publishes the original alone when the forms cannot be compared', async () => {
    const parity: FormComparer = { compareForms: () => Promise.reject(new ServingError('engine-unavailable', 'onnxruntime is missing.')) };
    await runPipeline(request, withParts({ parity }));
    expect(publishedDraft()).toMatchObject({ artifacts: [{ format: 'tfjs-layers' }], compilation: { compiled: false, reason: 'onnxruntime is missing.' } });
  });

  it('repeats the prepared command, not the training, after a crash while publishing', async () => {
    registry.onPublish = () => Promise.reject(new ServingError('queue-unavailable', 'The registry did not answer.'));
    await expect(runPipeline(request, withParts())).rejects.toThrow('The registry did not answer.');
    expect(await readRun(store, 'signs-1')).toMatchObject({ status: 'failed', step: 'publish', reason: 'The registry did not answer.' });

    registry.onPublish = () => Promise.resolve();
    const untrainable: Trainer = { name: 'none', train: () => Promise.reject(new Error('must not train again')) };
    expect(await runPipeline(request, withParts({ trainer: untrainable }))).toMatchObject({ status: 'succeeded', version: 1, evaluation: { accuracy: 1 } });
    expect(registry.commands[1]).toEqual(registry.commands[0]);
  });

  describe('after uploads', () => {
    const file = Buffer.of(7);
    const findPictureDecoder = () => ({ labels: ['minus', 'plus'], decode: () => Promise.resolve(tensor('float32', [1, 1], Float32Array.of(7))) });
    const parent = { ...request, scoresToKeep: [{ accuracy: 0.76 }, { accuracy: 1 }] };
    const lenient = { ...pipeline, gate: { metric: 'accuracy' as const, minimum: 0.5 } };

    beforeEach(() => storeUpload(store, {
      id: 'u-1', dataset: 'signs', uploadedBy: 'bob', requestId: 'r-1', uploadedAt: '2026-01-05T02:00:00.000Z',
      pictures: [{ file: '0000.png', filename: '7.png', label: 'plus', bytes: 1, sha256: createHash('sha256').update(file).digest('hex') }],
    }, [file]));

    it('hands their rows to the trainer, and tells what it added', async () => {
      const given: unknown[] = [];
      const messages: string[] = [];
      const trainer: Trainer = {
        name: 'noting',
        async train(of, options) {
          given.push(withAddedRows(dataset, await readFile(options.addedRowsFile!)).training.labels.data);
          return trainerThat({}).train(of, options);
        },
      };
      expect(await runPipeline(request, withParts({ trainer, findPictureDecoder, onProgress: ({ message }) => messages.push(message) }))).toMatchObject({ status: 'succeeded' });
      expect(given).toEqual([Int32Array.of(0, 1, 1)]);
      expect(messages).toContain('1 pictures of 1 uploads are added, 0 could not be used.');
      expect(publishedDraft()!.lineage).toMatchObject({ datasetName: 'signs', uploads: 1 });
    });

    it('publishes no model that is worse than the best champion, though it reaches the gate and is as good as the last one', async () => {
      const trainer = trainerThat({ predicts: [0, 0, 1, 0] });
      const record = await runPipeline({ ...parent, pipeline: lenient }, withParts({ trainer, findPictureDecoder }));
      expect(record).toMatchObject({ status: 'rejected', reason: expect.stringContaining("at most 0.5 points below the best champion's 100.00 %") });
      expect(registry.commands).toEqual([]);
    });

    it('leaves the gate as it is for a pipeline that takes no pictures', async () => {
      expect(await runPipeline({ ...parent, pipeline: lenient }, withParts({ trainer: trainerThat({ predicts: [0, 0, 1, 0] }) }))).toMatchObject({ status: 'succeeded' });
    });
  });

  it('returns a run that has ended as it is', async () => {
    const first = await runPipeline(request, withParts());
    expect(await runPipeline(request, withParts())).toEqual(first);
    expect(registry.commands).toHaveLength(1);
  });

  it('begins anew after a failed fit, without what the first attempt reported', async () => {
    const trainer = trainerThat({ failsWith: new ServingError('engine-failed', 'The fitting process died.') });
    await expect(runPipeline(request, withParts({ trainer }))).rejects.toThrow('The fitting process died.');
    expect(await readRun(store, 'signs-1')).toMatchObject({ status: 'failed', reason: 'The fitting process died.' });
    expect((await runPipeline(request, withParts())).curve).toHaveLength(1);
  });

  it('goes back to queued when it is interrupted', async () => {
    const controller = new AbortController();
    const parts = withParts({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(runPipeline(request, parts)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await readRun(store, 'signs-1')).toMatchObject({ status: 'queued', endedAt: null });
    expect(registry.commands).toEqual([]);
  });

  it('keeps the record abreast while it trains', async () => {
    await runPipeline(request, withParts());
    const steps = store.written.filter(({ key }) => key === 'runs/signs-1/run.json').map(({ body }) => (JSON.parse(body) as { step: string; status: string }));
    expect(steps[0]).toMatchObject({ status: 'running', step: 'dataset' });
    expect(steps.map(({ step }) => step)).toContain('publish');
    expect(await readJson(store, 'runs/signs-1/run.json')).toMatchObject({ curve: [{ epoch: 1, loss: 0.5 }] });
  });

  function withParts(parts: Partial<RunDependencies> = {}): RunDependencies {
    return {
      trainer: trainerThat({}), findPictureDecoder: () => null, compilers: [copyingCompiler], parity: comparerOf({ maxAbsDifference: 1e-7, rows: 4, sameArgmax: true }),
      store, registry, clock: new ManualClock(), directory, onProgress: () => undefined, signal: new AbortController().signal, ...parts,
    };
  }

  function publishedDraft(): Extract<RegistryCommand, { command: 'publish' }>['draft'] | undefined {
    return registry.commands[0]?.draft;
  }
});

/** An object store in memory. */
class MapStore implements ObjectStore {
  readonly objects = new Map<string, Buffer>();
  readonly written: { key: string; body: string }[] = [];

  async put(key: string, body: Uint8Array | Readable): Promise<void> {
    const bytes = Buffer.concat(body instanceof Uint8Array ? [body] : ((await body.toArray()) as Buffer[]));
    this.objects.set(key, bytes);
    this.written.push({ key, body: bytes.toString() });
  }
  open(key: string): Promise<Readable | null> {
    const bytes = this.objects.get(key);
    return Promise.resolve(bytes === undefined ? null : Readable.from([bytes]));
  }
  stat(key: string): Promise<{ bytes: number; modifiedAtMs: number } | null> {
    const bytes = this.objects.get(key);
    return Promise.resolve(bytes === undefined ? null : { bytes: bytes.byteLength, modifiedAtMs: 0 });
  }
  async *list(prefix: string): AsyncIterable<string> {
    yield* [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
  delete(key: string): Promise<void> {
    this.objects.delete(key);
    return Promise.resolve();
  }
}

/** A registry that keeps its promise: a known run gets the version it was given before. */
class MemoryRegistry implements ModelPublisher {
  readonly commands: Extract<RegistryCommand, { command: 'publish' }>[] = [];
  readonly #versions = new Map<string | null, number>();
  onPublish: (command: Extract<RegistryCommand, { command: 'publish' }>) => Promise<void> = () => Promise.resolve();

  async publish(command: RegistryCommand): Promise<RegistryResult> {
    if (command.command !== 'publish') throw new Error(`A run never sends "${command.command}".`);
    this.commands.push(command);
    await this.onPublish(command);
    const version = this.#versions.get(command.draft.lineage.runId) ?? this.#versions.size + 1;
    this.#versions.set(command.draft.lineage.runId, version);
    return { model: command.model, version, aliases: { champion: version } };
  }
}

/** Knows the sign of a number; `predicts` are its answers on the held-out rows. */
function trainerThat({ predicts = [0, 0, 1, 1], failsWith }: { predicts?: number[]; failsWith?: Error }): Trainer {
  return {
    name: 'sign',
    async train(_, { directory, onProgress }) {
      await mkdir(join(directory, 'model'), { recursive: true });
      await writeFile(join(directory, 'model', 'model.json'), '{"sign":true}');
      await mkdir(join(directory, 'dataset'), { recursive: true });
      for (const [name, bytes] of encodeSnapshot(dataset)) await writeFile(join(directory, 'dataset', name), bytes);
      const epoch = { epoch: 1, epochs: 1, loss: 0.5, accuracy: 1, validationLoss: null, validationAccuracy: null, durationMs: 3 };
      onProgress({ step: 'fit', message: 'Epoch 1 of 1.', epoch });
      if (failsWith !== undefined) throw failsWith;
      return {
        format: 'tfjs-layers', directory: join(directory, 'model'), datasetDigest: dataset.digest, datasetDirectory: join(directory, 'dataset'),
        signature: { inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 1], finite: true }], outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 1], finite: false }] },
        preprocessing: null, labels: null, curve: [epoch], evaluation: evaluate([0, 0, 1, 1], predicts, 2), parityInputsFile: join(directory, 'parity.frame'),
      };
    },
  };
}

const copyingCompiler: ModelCompiler = {
  from: 'tfjs-layers',
  to: 'onnx',
  async compile(_, target) {
    await mkdir(target, { recursive: true });
    await writeFile(join(target, 'model.onnx'), 'onnx');
    return { compiled: true };
  },
};

function comparerOf(parity: Parity): FormComparer {
  return { compareForms: () => Promise.resolve(parity) };
}
