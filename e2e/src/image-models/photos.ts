import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type GoldenModel = 'mobilenet_v2' | 'efficientnet_lite0' | 'efficientnet_lite2';

export interface Photo {
  readonly file: string;
  /** Class it shows, from 0 to 999. */
  readonly index: number;
  /** Best five classes with their probabilities, as the model's own pipeline (Pillow, no server) found them. */
  readonly top5: Readonly<Record<GoldenModel, readonly (readonly [index: number, probability: number])[]>>;
  readonly bytes: Buffer;
}

export async function readPhotos(directory: string): Promise<Photo[]> {
  const listed = JSON.parse(await readFile(join(directory, 'photos.json'), 'utf8')) as readonly Omit<Photo, 'bytes'>[];
  return Promise.all(listed.map(async (photo) => ({ ...photo, bytes: await readFile(join(directory, 'photos', photo.file)) })));
}
