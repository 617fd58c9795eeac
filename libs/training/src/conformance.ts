import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeFrame, sliceRows } from '@switchyard/tensor';
import type { Dataset } from './dataset.js';
import { SNAPSHOT_FILES, decodeSnapshot } from './dataset-snapshot.js';
import type { Pipeline } from './pipeline.js';
import type { TrainedModel, Trainer, TrainingProgress } from './trainer.js';
import { encodeAddedRows, withAddedRows } from './uploads/added-rows.js';

export interface TrainerConformanceOptions {
  /** What is being tested, for the names of the tests. */
  readonly name: string;
  create(): Trainer;
  /** Trains in seconds, for at least two epochs. */
  readonly pipeline: Pipeline;
  /** Whether the same seed gives the same scores, bit for bit, on this machine. */
  readonly deterministic: boolean;
  /** For one fit; by default 60 s. */
  readonly fitTimeoutMs?: number;
}

/** "Within seconds", as the port says. */
const CANCEL_DEADLINE_MS = 5_000;

/** What every Trainer must do. Call it in a spec file of the adapter. */
export function trainerConformance({ name, create, pipeline, deterministic, fitTimeoutMs = 60_000 }: TrainerConformanceOptions): void {
  describe(`${name}: Trainer conformance`, () => {
    let directory: string;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'trainer-'));
    });
    afterEach(() => rm(directory, { recursive: true, force: true }));

    it('reports every epoch, in order, and returns them as the curve', async () => {
      const reports: TrainingProgress[] = [];
      const { curve } = await train({ onProgress: (progress) => reports.push(progress) });
      const epochs = reports.flatMap((progress) => (progress.step === 'fit' ? [progress.epoch] : []));
      expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: pipeline.epochs }, (_, index) => index + 1));
      expect(curve).toEqual(epochs);
      for (const { loss, accuracy } of curve) {
        expect(Number.isFinite(loss)).toBe(true);
        expect(accuracy).toBeGreaterThanOrEqual(0);
        expect(accuracy).toBeLessThanOrEqual(1);
      }
    }, fitTimeoutMs);

    it('leaves its files under the directory it was given, and says where', async () => {
      const model = await train({});
      for (const path of [model.directory, model.datasetDirectory, model.parityInputsFile]) {
        expect(isAbsolute(path)).toBe(true);
        expect(relative(directory, path).startsWith('..')).toBe(false);
        await stat(path);
      }
      expect((await readdir(model.directory)).length).toBeGreaterThan(0);
    }, fitTimeoutMs);

    it('describes the model: an open batch dimension, scores of all held-out rows, inputs for the parity check', async () => {
      const { signature, evaluation, parityInputsFile } = await train({});
      for (const { shape } of [...signature.inputs, ...signature.outputs]) expect(shape[0]).toBe(-1);
      expect(evaluation.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(evaluation.rows);
      const { tensors } = decodeFrame(await readFile(parityInputsFile));
      expect([...tensors.keys()]).toEqual(signature.inputs.map((input) => input.name));
      for (const { shape } of tensors.values()) expect(shape[0]).toBeLessThanOrEqual(512);
    }, fitTimeoutMs);

    it('hands over the dataset it used as a snapshot', async () => {
      const model = await train({});
      const dataset = await datasetOf(model);
      expect(dataset).toMatchObject({ name: pipeline.dataset, digest: model.datasetDigest });
      expect(dataset.heldOut.labels.shape).toEqual([model.evaluation.rows]);
    }, fitTimeoutMs);

    it('fits the rows it is given beside the dataset, and evaluates without them', async () => {
      const own = await datasetOf(await train({ into: 'own' }));
      const [inputs, labels] = [sliceRows(own.training.inputs, 0, 3), sliceRows(own.training.labels, 0, 3)];
      const addedRowsFile = join(directory, 'added-rows.frame');
      await writeFile(addedRowsFile, encodeAddedRows({ uploads: [{ id: 'u-1', rows: 3, leftOut: 0 }], rows: { inputs, labels } }));
      const model = await train({ into: 'more', addedRowsFile });
      const more = await datasetOf(model);
      expect(more).toEqual(withAddedRows(own, await readFile(addedRowsFile)));
      expect(more.training.labels.shape[0]).toBe(own.training.labels.shape[0]! + 3);
      expect([model.datasetDigest, model.evaluation.rows]).toEqual([more.digest, own.heldOut.labels.shape[0]]);
    }, 2 * fitTimeoutMs);

    it('stops within seconds of being cancelled, in the middle of the fit', async () => {
      const controller = new AbortController();
      let abortedAtMs = 0;
      const cancelAtFirstEpoch = (progress: TrainingProgress): void => {
        if (progress.step !== 'fit' || controller.signal.aborted) return;
        abortedAtMs = performance.now();
        controller.abort();
      };
      const endless = { ...pipeline, epochs: 1_000 };
      await expect(train({ pipeline: endless, signal: controller.signal, onProgress: cancelAtFirstEpoch })).rejects.toMatchObject({ kind: 'cancelled' });
      expect(performance.now() - abortedAtMs).toBeLessThan(CANCEL_DEADLINE_MS);
    }, fitTimeoutMs);

    it('does not begin when it is already cancelled', async () => {
      await expect(train({ signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'cancelled' });
      expect(await readdir(directory)).toEqual([]);
    });

    it('refuses a network it does not know, naming it', async () => {
      await expect(train({ pipeline: { ...pipeline, trainer: 'no-such-network' } })).rejects.toMatchObject({ kind: 'invalid-input', message: expect.stringContaining('no-such-network') });
    }, fitTimeoutMs);

    it('refuses a dataset it does not know, naming it', async () => {
      await expect(train({ pipeline: { ...pipeline, dataset: 'no-such-dataset' } })).rejects.toMatchObject({ kind: 'invalid-input', message: expect.stringContaining('no-such-dataset') });
    }, fitTimeoutMs);

    (deterministic ? it : it.skip)('gives the same scores for the same seed', async () => {
      const [first, again] = [await train({ into: 'first' }), await train({ into: 'again' })];
      expect(withoutTimes(again)).toEqual(withoutTimes(first));
    }, 2 * fitTimeoutMs);

    function train(options: { pipeline?: Pipeline; signal?: AbortSignal; onProgress?: (progress: TrainingProgress) => void; into?: string; addedRowsFile?: string }): Promise<TrainedModel> {
      return create().train(options.pipeline ?? pipeline, {
        directory: join(directory, options.into ?? ''),
        addedRowsFile: options.addedRowsFile ?? null,
        signal: options.signal ?? new AbortController().signal,
        onProgress: options.onProgress ?? (() => undefined),
      });
    }
  });
}

async function datasetOf({ datasetDirectory }: TrainedModel): Promise<Dataset> {
  return decodeSnapshot(new Map(await Promise.all(SNAPSHOT_FILES.map(async (file) => [file, await readFile(join(datasetDirectory, file))] as const))));
}

function withoutTimes({ curve, evaluation, datasetDigest }: TrainedModel): unknown {
  return { evaluation, datasetDigest, curve: curve.map((epoch) => ({ ...epoch, durationMs: 0 })) };
}
