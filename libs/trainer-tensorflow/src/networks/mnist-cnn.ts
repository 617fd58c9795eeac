import { preprocessingSchema } from '@switchyard/model-registry';
import type { Network } from './network.js';

/**
 * Handwritten digits: two convolutions that halve the picture by their stride, one hidden layer, softmax over the ten digits.
 * Strides instead of pooling, because the backward pass of pooling is slow on a CPU: half the time per epoch.
 */
export const mnistCnn: Network = {
  build(tf, seed) {
    const he = (offset: number): ReturnType<typeof tf.initializers.heNormal> => tf.initializers.heNormal({ seed: seed + offset });
    return tf.sequential({
      name: 'mnist_cnn',
      layers: [
        tf.layers.inputLayer({ inputShape: [28, 28, 1], name: 'image' }),
        tf.layers.conv2d({ name: 'conv_1', filters: 24, kernelSize: 5, strides: 2, activation: 'relu', kernelInitializer: he(0) }),
        tf.layers.conv2d({ name: 'conv_2', filters: 48, kernelSize: 5, strides: 2, activation: 'relu', kernelInitializer: he(1) }),
        tf.layers.flatten({ name: 'flatten' }),
        tf.layers.dense({ name: 'hidden', units: 96, activation: 'relu', kernelInitializer: he(2) }),
        tf.layers.dense({ name: 'probabilities', units: 10, activation: 'softmax', kernelInitializer: tf.initializers.glorotUniform({ seed: seed + 3 }) }),
      ],
    });
  },
  loss: 'sparseCategoricalCrossentropy',
  preprocessing: preprocessingSchema.parse({ kind: 'image', width: 28, height: 28, channels: 1, mean: [0], std: [1], scale: 1 / 255, invertLightBackground: true }),
  labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
};
