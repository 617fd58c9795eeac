import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { Batcher, CostTable } from '@switchyard/batching';
import { systemClock } from '@switchyard/clock';
import { imageRowsOf, type InferenceJob, type InferenceReply, type JobEntry } from '@switchyard/inference';
import { preprocessingSchema, type Signature } from '@switchyard/model-registry';
import { numericData, sliceRows, tensor, type TensorMap } from '@switchyard/tensor';
import { createAnswerImages } from './answer-images.js';

const SIDE = 4;
const preprocessing = preprocessingSchema.parse({ kind: 'image', width: SIDE, height: SIDE, channels: 1, mean: [0], std: [1], scale: 1 });
const signature: Signature = {
  inputs: [{ name: 'image', dtype: 'float32', shape: [-1, SIDE, SIDE, 1], finite: true }, { name: 'offset', dtype: 'float32', shape: [-1, 1], finite: true }],
  outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 1], finite: true }],
};

/** Answers each row with its first pixel plus its offset. */
async function run(inputs: TensorMap): Promise<TensorMap> {
  const image = inputs.get('image')!;
  const offsets = numericData(inputs.get('offset')!) as Float32Array;
  const values = Float32Array.from(offsets, (offset, row) => (numericData(sliceRows(image, row, row + 1)) as Float32Array)[0]! + offset);
  return new Map([['y', tensor('float32', [values.length, 1], values)]]);
}

function batcher(): Batcher {
  return new Batcher({
    run, maxConcurrentRuns: 1, clock: systemClock, costs: new CostTable(new Map([[1, 1], [64, 10]])), policy: { maxBatchRows: 64, maxQueuedRows: 1_000, maxQueuedBytes: 1_000_000, maxQueueDelayMs: 0 },
  });
}

function grey(level: number): Promise<Buffer> {
  return sharp({ create: { width: 8, height: 8, channels: 3, background: { r: level, g: level, b: level } } }).png().toBuffer();
}

/** A job with these files, the offsets 1000, 2000, … and an entry for each row. */
function jobOf(files: readonly Uint8Array[], entry: Partial<JobEntry> = {}): InferenceJob {
  const entries = files.map((_, row): JobEntry => ({ requestId: `r${row}`, rows: 1, deadlineAtMs: Date.now() + 60_000, ...entry }));
  const offsets = Float32Array.from(files, (_, row) => 1_000 * (row + 1));
  const inputs: TensorMap = new Map([['image', tensor('string', [files.length], files)], ['offset', tensor('float32', [files.length, 1], offsets)]]);
  return { id: 'job', model: 'm', version: 1, priority: 'interactive', entries, rows: files.length, inputs };
}

function answer(job: InferenceJob, limits: { maxDecoding?: number; maxDecodedMegabytes?: number } = {}): Promise<InferenceReply> {
  const answerImages = createAnswerImages({ clock: systemClock, maxDecoding: 2, maxDecodedMegabytes: 256, ...limits });
  return answerImages({ job, images: imageRowsOf(job.inputs, { preprocessing, signature })!, batcher: batcher() });
}

function valuesOf({ outputs }: InferenceReply): number[] {
  return [...(outputs.get('y')!.data as Float32Array)];
}

describe('answerImages', () => {
  it('answers every picture in its place, with its row of the other inputs', async () => {
    const levels = Array.from({ length: 20 }, (_, index) => index * 10);
    const reply = await answer(jobOf(await Promise.all(levels.map(grey))));
    expect(valuesOf(reply)).toEqual(levels.map((level, row) => level + 1_000 * (row + 1)));
    expect(reply.failures).toEqual([]);
  });

  it('fails a picture that cannot be decoded alone, saying why', async () => {
    const [good, other] = await Promise.all([grey(7), grey(9)]);
    const reply = await answer(jobOf([good, Buffer.from('GIF89a but then no more'), other, new Uint8Array(0)]));
    expect(valuesOf(reply)).toEqual([1_007, 0, 3_009, 0]);
    expect(reply.failures.map(({ from, to, error }) => [from, to, error.kind, error.message])).toEqual([
      [1, 2, 'invalid-input', 'The image cannot be decoded: the file is damaged or cut short.'],
      [3, 4, 'invalid-input', 'The uploaded file is empty; an image is expected.'],
    ]);
  });

  it('answers with failures only when no picture can be decoded', async () => {
    const reply = await answer(jobOf([Buffer.from('no'), Buffer.from('picture')]));
    expect(reply.outputs.size).toBe(0);
    expect(reply.failures.map(({ error }) => error.kind)).toEqual(['unsupported-media-type', 'unsupported-media-type']);
  });

  it('costs the event loop little for each picture', async () => {
    const files = Array<Buffer>(200).fill(await grey(3));
    const { user, system } = process.cpuUsage();
    await answer(jobOf(files));
    const used = process.cpuUsage({ user, system });
    // Measured: 0.4 ms a picture, threads included. A bound counted in bytes once took a second for each.
    expect((used.user + used.system) / 1_000 / files.length).toBeLessThan(20);
  });

  it('does not decode for a caller whose deadline has passed', async () => {
    const reply = await answer(jobOf([await grey(1)], { deadlineAtMs: Date.now() - 1 }));
    expect(reply.failures).toMatchObject([{ from: 0, to: 1, error: { kind: 'deadline-exceeded' } }]);
  });

  it('tells how long decoding took, and counts every batch once', async () => {
    const { timing } = await answer(jobOf(await Promise.all([1, 2, 3, 4].map(grey))));
    expect(timing!.preprocessMs).toBeGreaterThan(0);
    expect(timing!.executions).toBeGreaterThanOrEqual(1);
    expect(timing!.executions).toBeLessThanOrEqual(4);
    expect(timing!.batchRows).toBeGreaterThanOrEqual(1);
  });

  it('holds one picture at a time where there is no room for two', async () => {
    const files = await Promise.all([1, 2, 3].map(grey));
    expect(valuesOf(await answer(jobOf(files), { maxDecodedMegabytes: 1, maxDecoding: 1 }))).toEqual([1_001, 2_002, 3_003]);
  });
});
