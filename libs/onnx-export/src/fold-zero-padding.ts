import { imagePaddingSetting } from './layer-settings.js';
import type { MergeLayers } from './merge-neighbours.js';

const CONVOLUTIONS = new Set(['Conv2D', 'DepthwiseConv2D', 'SeparableConv2D']);

/**
 * Folds a ZeroPadding2D into the unpadded convolution behind it, as ResNet and MobileNet have them: its `padding` becomes the pairs
 * that `placeWindow` reads. Saves a pass over the image. Not into pooling, whose own padding does not count as zeros.
 */
export const foldZeroPadding: MergeLayers = (padding, convolution) => {
  if (padding.className !== 'ZeroPadding2D' || !CONVOLUTIONS.has(convolution.className)) return undefined;
  const formats = [padding.config['dataFormat'], convolution.config['dataFormat']];
  if (formats.some((format) => (format ?? 'channelsLast') !== 'channelsLast') || (convolution.config['padding'] ?? 'valid') !== 'valid')
    return undefined;
  return { ...convolution, config: { ...convolution.config, padding: imagePaddingSetting(padding) } };
};
