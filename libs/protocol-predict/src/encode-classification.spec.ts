import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { tensor, type TensorMap } from '@switchyard/tensor';
import { encodeClassification, type ClassifiedImage } from './encode-classification.js';

interface Golden {
  readonly why: string;
  readonly model: ClassifiedImage['manifest'];
  readonly output: { readonly name: string; readonly values: readonly number[] };
  readonly image: Pick<ClassifiedImage, 'filename' | 'originalSize' | 'preprocessMs' | 'inferenceMs'>;
  readonly options: ClassifiedImage['options'];
  readonly response: unknown;
}

const FOLDER = new URL('../golden/', import.meta.url);
const golden = readdirSync(FOLDER).map((name) => [name, JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Golden] as const);

function answering(values: readonly number[], name = 'y'): TensorMap {
  return new Map([[name, tensor('float32', [1, values.length], Float32Array.from(values))]]);
}

function encode(outputs: TensorMap, { labels = null, ...options }: Partial<ClassifiedImage['options']> & { labels?: string[] | null } = {}) {
  const body = encodeClassification({
    manifest: { name: 'm', version: 1, labels }, outputs, filename: 'a.png', originalSize: { width: 8, height: 8 }, preprocessMs: 0, inferenceMs: 0, options: { topK: 5, withProbabilities: null, ...options },
  });
  return JSON.parse(body.toString()) as { prediction: unknown; confidence: number; predictions: { class_id: number; probability: number }[]; probabilities?: number[] };
}

describe('encodeClassification', () => {
  it.each(golden)('%s', (_, { model, output, image, options, response }) => {
    const body = encodeClassification({ manifest: model, outputs: answering(output.values, output.name), ...image, options }).toString();
    expect(body).toBe(JSON.stringify(response));
  });

  it('answers any label but a whole number as text', () => {
    expect(encode(answering([0.25, 0.75]), { labels: ['007', '1e3'] }).prediction).toBe('1e3');
  });

  it('answers the first of equals first', () => {
    expect(encode(answering([0.25, 0.375, 0.375]))).toMatchObject({ prediction: 1, predictions: [{ class_id: 1 }, { class_id: 2 }, { class_id: 0 }] });
  });

  it('lists the best of very many classes, with all probabilities only where they are asked for', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => (index === 70_000 ? 0.6 : index === 9 ? 0.4 : 0));
    const short = encode(answering(many), { topK: 2 });
    expect(short.predictions.map(({ class_id }) => class_id)).toEqual([70_000, 9]);
    expect(short).not.toHaveProperty('probabilities');
    expect(encode(answering(many), { withProbabilities: true }).probabilities?.length).toBe(100_000);
  });

  it('lists every class in order where so many are asked for', () => {
    const probabilities = Array.from({ length: 1_000 }, (_, index) => Math.fround((2 * ((index * 389) % 1_000)) / 999_000));
    const { predictions } = encode(answering(probabilities), { topK: 1_000 });
    expect(predictions.map(({ probability }) => Math.fround(probability))).toEqual([...probabilities].sort((a, b) => b - a));
    expect(encode(answering(probabilities), { topK: 32 }).predictions).toEqual(predictions.slice(0, 32));
    expect(encode(answering(probabilities), { topK: 33 }).predictions).toEqual(predictions.slice(0, 33));
  });

  it('writes probabilities that read back to the same float32', () => {
    const weights = Array.from({ length: 100 }, (_, index) => Math.exp(-index / 7));
    const sum = weights.reduce((a, b) => a + b);
    const exact = weights.map((weight) => Math.fround(weight / sum));
    expect(encode(answering(exact)).probabilities?.map(Math.fround)).toEqual(exact);
  });

  it.each([
    [new Map([['y', tensor('float32', [1, 1], Float32Array.of(1))]]), 'The model answers float32[1,1]; a classifier answers one row of probabilities, as float32[1,10].'],
    [new Map([['y', tensor('int32', [1, 2], Int32Array.of(1, 2))]]), 'The model answers int32[1,2]; a classifier answers one row of probabilities, as float32[1,10].'],
    [new Map(), 'The model answers nothing; a classifier answers one row of probabilities, as float32[1,10].'],
  ])('says what is wrong with a model that is no classifier', (outputs: TensorMap, message) => {
    expect(() => encode(outputs)).toThrow(expect.objectContaining({ kind: 'model-invalid', message }));
  });

  it('does not pass on NaN', () => {
    expect(() => encode(answering([NaN, 1]))).toThrow(expect.objectContaining({ kind: 'engine-failed' }));
  });
});
