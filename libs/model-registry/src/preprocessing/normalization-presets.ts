import type { Preprocessing } from '../manifest.js';

/** How pixels of 0 to 255 become what a model was trained on: `(x − mean) · scale / std` for each channel in `channelOrder`. */
export type Normalization = Pick<Preprocessing, 'mean' | 'std' | 'scale' | 'channelOrder'>;

/**
 * The normalisations that most published models were trained with, under the names that Keras gives them
 * (`keras.applications.imagenet_utils.preprocess_input`, its `mode`). torchvision's is `torch`: its mean and deviation are of pixels
 * between 0 and 1, so the mean is given here times 255.
 */
export const NORMALIZATION_PRESETS = {
  /** x / 127.5 − 1: MobileNet, Inception, EfficientNet of TensorFlow. */
  tf: { mean: [127.5], std: [127.5], scale: 1, channelOrder: 'RGB' },
  /** (x / 255 − mean) / deviation of ImageNet: everything of torchvision and timm, unless it says otherwise. */
  torch: { mean: [123.675, 116.28, 103.53], std: [0.229, 0.224, 0.225], scale: 1 / 255, channelOrder: 'RGB' },
  /** BGR minus the mean of ImageNet: ResNet and VGG of Keras, and what was trained with Caffe. */
  caffe: { mean: [103.939, 116.779, 123.68], std: [1], scale: 1, channelOrder: 'BGR' },
  /** Pixels as they are: the model does the rest itself. */
  none: { mean: [0], std: [1], scale: 1, channelOrder: 'RGB' },
} as const satisfies Record<string, Readonly<{ mean: readonly number[]; std: readonly number[]; scale: number; channelOrder: 'RGB' | 'BGR' }>>;

export type NormalizationPreset = keyof typeof NORMALIZATION_PRESETS;
