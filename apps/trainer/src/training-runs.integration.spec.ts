import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@switchyard/clock';
import { isolateEngine } from '@switchyard/engine-isolation';
import { EMPTY_CATALOG, manifestSchema, type Catalog, type CatalogSource, type RegistryCommand } from '@switchyard/model-registry';
import { readObject, type ObjectStore } from '@switchyard/object-store';
import { createFilesystemObjectStore } from '@switchyard/object-store-filesystem';
import { createOnnxCompiler } from '@switchyard/onnx-export';
import { createLogger } from '@switchyard/service-runtime';
import { createTensorflowTrainer } from '@switchyard/trainer-tensorflow';
import { readRun, readSnapshot, type RunRecord, type TrainingJob, type TrainingProgress } from '@switchyard/training';
import { createFormComparer } from './form-comparer.js';
import { loadPipelines, type Pipelines } from './load-pipelines.js';
import { findPictureDecoder } from './find-picture-decoder.js';
import { TrainingRuns, type TrainingRunsParts } from './training-runs.js';

const FIT_TIMEOUT_MS = 90_000;
const job: TrainingJob = { pipeline: 'simple_classifier', trigger: 'request', requestedBy: 'ada', overrides: {} };

describe('TrainingRuns', () => {
  let folder: string;
  let store: ObjectStore;
  let pipelines: Pipelines;
  let published: Extract<RegistryCommand, { command: 'publish' }>[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runs-'));
    store = createFilesystemObjectStore(folder);
    pipelines = await loadPipelines(fileURLToPath(new URL('../../../pipelines', import.meta.url)));
    published = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('trains simple_classifier as its pipeline file says and publishes it, compiled, with its score', async () => {
    const progress: TrainingProgress[] = [];
    const record = await execute(job, { onProgress: (step) => progress.push(step) });
    expect(record).toMatchObject({ status: 'succeeded', version: 1, trigger: 'request', requestedBy: 'ada' });
    expect(record?.evaluation?.accuracy).toBeGreaterThan(0.97);
    expect(progress.filter(({ step }) => step === 'fit')).toHaveLength(pipelines.get('simple_classifier')?.epochs ?? 0);
    expect(new Set(progress.map(({ step }) => step))).toEqual(new Set(['dataset', 'fit', 'evaluate', 'gate', 'compile', 'publish']));
    const draft = published[0]?.draft;
    expect(draft?.compilation).toMatchObject({ format: 'onnx', compiled: true, parityRows: 512 });
    expect(draft?.compilation?.maxAbsDifference).toBeLessThanOrEqual(1e-5);
    expect(draft?.artifacts.map(({ format, files }) => [format, files.map(({ path }) => path)])).toEqual([
      ['onnx', ['onnx/model.onnx']],
      ['tfjs-layers', ['tfjs-layers/model.json', 'tfjs-layers/weights.bin']],
    ]);
    expect(await readSnapshot(store, { name: 'two-feature-points', digest: draft?.lineage.datasetDigest ?? '' })).toMatchObject({ classes: 2 });
    expect((await readObject(store, 'runs/run-1/report.md'))?.toString()).toContain('The gate is passed');
  }, FIT_TIMEOUT_MS);

  it('publishes nothing when the gate holds, and the record says why', async () => {
    // A rate this small leaves the network as it was drawn.
    const record = await execute({ ...job, overrides: { epochs: 1, learningRate: 1e-9 } });
    expect(record).toMatchObject({ status: 'rejected', version: null, reason: expect.stringContaining('The gate is not passed, the version before keeps serving: accuracy') });
    expect(published).toEqual([]);
    expect(await readRun(store, 'run-1')).toEqual(record);
  }, FIT_TIMEOUT_MS);

  it('stops an interrupted run within seconds, leaves it queued, and runs it to its end the next time', async () => {
    const controller = new AbortController();
    const atFirstEpoch = ({ step }: TrainingProgress): void => (step === 'fit' ? controller.abort() : undefined);
    await expect(execute({ ...job, overrides: { epochs: 1_000 } }, { signal: controller.signal, onProgress: atFirstEpoch })).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await readRun(store, 'run-1')).toMatchObject({ status: 'queued' });
    expect(await execute({ ...job, overrides: { epochs: 3 } })).toMatchObject({ status: 'succeeded', version: 1 });
  }, FIT_TIMEOUT_MS);

  it('skips a first run whose model has got a version meanwhile', async () => {
    expect(await execute({ ...job, trigger: 'first-start' }, {}, { catalog: catalogOf(withVersion('simple_classifier')) })).toBeNull();
    expect(await readdir(folder)).not.toContain('runs');
  });

  it('names the pipelines there are when asked for another', async () => {
    await expect(execute({ ...job, pipeline: 'nonsense' })).rejects.toThrow('There is no pipeline "nonsense"; the pipelines are: mnist, simple_classifier.');
  });

  function execute(of: TrainingJob, options: { signal?: AbortSignal; onProgress?: (progress: TrainingProgress) => void } = {}, parts: Partial<TrainingRunsParts> = {}): Promise<RunRecord | null> {
    const runs = new TrainingRuns({
      pipelines, store, catalog: catalogOf(EMPTY_CATALOG), clock: systemClock, logger: createLogger('test', 'silent'),
      trainer: createTensorflowTrainer({ datasets: { moduleUrl: built('dataset-sources'), exportName: 'datasetSource' } }),
      findPictureDecoder,
      compilers: [createOnnxCompiler()],
      parity: createFormComparer(openBuiltEngines),
      registry: {
        publish(command) {
          if (command.command === 'publish') published.push(command);
          return Promise.resolve({ model: command.model, version: published.length, aliases: {} });
        },
      },
      observer: { runStarted: () => undefined, epochEnded: () => undefined, runEnded: () => undefined },
      ...parts,
    });
    return runs.execute(of, { runId: 'run-1', signal: new AbortController().signal, onProgress: () => undefined, ...options });
  }
});

/** Child processes read no TypeScript: they get what was built. */
function built(library: string): string {
  return new URL(`../../../libs/${library}/dist/index.js`, import.meta.url).href;
}

function openBuiltEngines() {
  return [
    isolateEngine({ engine: { name: 'onnx', formats: ['onnx'] }, isolation: 'process', moduleUrl: built('engine-onnx'), factoryName: 'createOnnxEngine' }),
    isolateEngine({ engine: { name: 'tensorflow', formats: ['tfjs-layers'] }, isolation: 'process', moduleUrl: built('engine-tensorflow'), factoryName: 'createTensorflowEngine' }),
  ];
}

function catalogOf(catalog: Catalog): CatalogSource {
  return { current: () => catalog, onChange: () => () => undefined, close: () => Promise.resolve() };
}

function withVersion(name: string): Catalog {
  const spec = [{ name: 'x', dtype: 'float32', shape: [-1] }];
  const manifest = manifestSchema.parse({
    name, version: 1, createdAt: '2026-01-05T02:00:00.000Z', signature: { inputs: spec, outputs: spec },
    artifacts: [{ format: 'onnx', files: [{ path: 'onnx/model.onnx', bytes: 1, sha256: '0'.repeat(64) }] }],
    lineage: { runId: null, datasetName: null, datasetDigest: null, parentVersion: null },
  });
  return { builtAt: '2026-01-05T02:00:00.000Z', models: [{ name, serving: { aliases: { champion: 1 }, revision: 1 }, batching: {}, versions: [manifest] }] };
}
