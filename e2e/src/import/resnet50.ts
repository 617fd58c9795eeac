import type { Tensorflow } from '@switchyard/engine-tensorflow';

const SIDE = 224;
const CLASSES = 1000;
/** Blocks, and filters within, of the four stages: He et al., "Deep Residual Learning for Image Recognition", table 1, 50 layers. */
const STAGES = [[3, 64], [4, 128], [6, 256], [3, 512]] as const;
const EXPANSION = 4;
/** Keras' own. */
const EPSILON = 1.001e-5;

type SymbolicTensor = ReturnType<Tensorflow['input']>;

/**
 * ResNet50 (version 1, as Keras has it: 25,636,712 parameters) with weights from seeds. Its weights say nothing of pictures; its
 * architecture, size and speed are the real one's. Batch normalisation has moments that are not 0 and 1, so that folding it shows.
 */
export function resnet50(tf: Tensorflow) {
  const layers = new LayerFactory(tf);
  const input = tf.input({ shape: [SIDE, SIDE, 3], name: 'input' });
  let x = tf.layers.zeroPadding2d({ padding: [[3, 3], [3, 3]] }).apply(input) as SymbolicTensor;
  x = layers.relu(layers.normalized(layers.convolution(x, { filters: 64, size: 7, stride: 2, padding: 'valid' })));
  x = tf.layers.zeroPadding2d({ padding: [[1, 1], [1, 1]] }).apply(x) as SymbolicTensor;
  x = tf.layers.maxPooling2d({ poolSize: 3, strides: 2 }).apply(x) as SymbolicTensor;
  for (const [stage, [blocks, filters]] of STAGES.entries()) {
    for (let block = 0; block < blocks; block++) x = bottleneck(tf, layers, x, { filters, stride: stage > 0 && block === 0 ? 2 : 1, projects: block === 0 });
  }
  x = tf.layers.globalAveragePooling2d({}).apply(x) as SymbolicTensor;
  const output = tf.layers.dense({ units: CLASSES, activation: 'softmax', name: 'probabilities', kernelInitializer: layers.initializer() }).apply(x) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: output, name: 'resnet50' });
}

interface Bottleneck {
  readonly filters: number;
  readonly stride: number;
  /** Whether the shortcut is a convolution: where sizes change. */
  readonly projects: boolean;
}

function bottleneck(tf: Tensorflow, layers: LayerFactory, input: SymbolicTensor, { filters, stride, projects }: Bottleneck): SymbolicTensor {
  const wide = EXPANSION * filters;
  const shortcut = projects ? layers.normalized(layers.convolution(input, { filters: wide, size: 1, stride, padding: 'valid' })) : input;
  let x = layers.relu(layers.normalized(layers.convolution(input, { filters, size: 1, stride, padding: 'valid' })));
  x = layers.relu(layers.normalized(layers.convolution(x, { filters, size: 3, stride: 1, padding: 'same' })));
  x = layers.normalized(layers.convolution(x, { filters: wide, size: 1, stride: 1, padding: 'valid' }));
  return layers.relu(tf.layers.add().apply([shortcut, x]) as SymbolicTensor);
}

/** Layers whose weights come from seeds that count up. */
class LayerFactory {
  readonly #tf: Tensorflow;
  #seed = 50;

  constructor(tf: Tensorflow) {
    this.#tf = tf;
  }

  initializer() {
    return this.#tf.initializers.heNormal({ seed: this.#seed++ });
  }

  convolution(input: SymbolicTensor, { filters, size, stride, padding }: { filters: number; size: number; stride: number; padding: 'same' | 'valid' }): SymbolicTensor {
    return this.#tf.layers.conv2d({ filters, kernelSize: size, strides: stride, padding, kernelInitializer: this.initializer() }).apply(input) as SymbolicTensor;
  }

  /** Small factors keep sixteen added blocks from growing without bound, as trained ones do. */
  normalized(input: SymbolicTensor): SymbolicTensor {
    const between = (minval: number, maxval: number) => this.#tf.initializers.randomUniform({ minval, maxval, seed: this.#seed++ });
    return this.#tf.layers.batchNormalization({
      epsilon: EPSILON, gammaInitializer: between(0.4, 0.6), betaInitializer: between(-0.1, 0.1), movingMeanInitializer: between(-0.1, 0.1), movingVarianceInitializer: between(0.5, 1.5),
    }).apply(input) as SymbolicTensor;
  }

  relu(input: SymbolicTensor): SymbolicTensor {
    return this.#tf.layers.activation({ activation: 'relu' }).apply(input) as SymbolicTensor;
  }
}
