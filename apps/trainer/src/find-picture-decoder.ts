import { decodeImage } from '@switchyard/image-sharp';
import type { TensorSpec } from '@switchyard/model-registry';
import { findNetwork } from '@switchyard/trainer-tensorflow';
import type { Pipeline, PictureDecoder } from '@switchyard/training';

/**
 * Uploaded pictures become rows as the pictures of callers do when the model serves: by the preprocessing of the pipeline's network.
 * @returns null for a network that takes no pictures. @throws ServingError `invalid-input` for an unknown one.
 */
export function findPictureDecoder({ trainer }: Pipeline): PictureDecoder | null {
  const { preprocessing, labels } = findNetwork(trainer);
  if (preprocessing === null || labels === null) return null;
  const { width, height, channels, layout } = preprocessing;
  const shape = layout === 'NHWC' ? [-1, height, width, channels] : [-1, channels, height, width];
  const input: TensorSpec = { name: 'image', dtype: 'float32', shape, finite: true };
  return { labels, decode: (file) => decodeImage(file, preprocessing, input) };
}
