import { expect } from '@jest/globals';
import { inParallel, postForm } from '../stack/http.js';
import type { GoldenModel, Photo } from './photos.js';

/** Callers at once: several pictures are decoded, coupled and batched beside each other. */
const CONNECTIONS = 8;

export interface Classified {
  readonly predictions: readonly { readonly class_id: number; readonly label: string; readonly probability: number }[];
  readonly preprocessing_time_ms: number;
}

/** Uploads every photo to `/predict` and returns the best five classes of each. */
export function classifyPhotos(httpUrl: string, model: string, photos: readonly Photo[]): Promise<Classified[]> {
  return inParallel(photos, CONNECTIONS, async ({ bytes, file }) => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(bytes)]), file);
    const { status, body } = await postForm<Classified>(`${httpUrl}/predict?model=${model}&top_k=5`, form);
    expect([file, status, status === 200 ? '' : body]).toEqual([file, 200, '']);
    return body;
  });
}

/** Photos whose class is the best, and among the best five. */
export function accuracyOf(answers: readonly Classified[], photos: readonly Photo[]): { top1: number; top5: number } {
  const places = answers.map(({ predictions }, row) => predictions.findIndex(({ class_id: id }) => id === photos[row]?.index));
  return { top1: places.filter((place) => place === 0).length, top5: places.filter((place) => place !== -1).length };
}

/** Per photo the largest difference between the golden probabilities and those answered for the same classes, over the classes both name. */
export function goldenDifferences(answers: readonly Classified[], photos: readonly Photo[], golden: GoldenModel): number[] {
  return answers.map(({ predictions }, row) => {
    const given = new Map(predictions.map(({ class_id: id, probability }) => [id, probability]));
    const differences = photos[row]!.top5[golden].map(([index, probability]) => Math.abs((given.get(index) ?? 0) - probability));
    return Math.max(...differences);
  });
}
