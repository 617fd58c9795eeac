import type { Network } from './network.js';

/** Two numbers in, the probability of class 1 out, as `[rows, 1]`. */
export const twoFeatureClassifier: Network = {
  build(tf, seed) {
    return tf.sequential({
      name: 'two_feature_classifier',
      layers: [
        tf.layers.inputLayer({ inputShape: [2], name: 'features' }),
        tf.layers.dense({ name: 'hidden', units: 8, activation: 'relu', kernelInitializer: tf.initializers.heNormal({ seed }) }),
        tf.layers.dense({ name: 'probability', units: 1, activation: 'sigmoid', kernelInitializer: tf.initializers.glorotUniform({ seed: seed + 1 }) }),
      ],
    });
  },
  loss: 'binaryCrossentropy',
  preprocessing: null,
  labels: null,
};
