import { describe, expect, it } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { compileModel, measureParity, measureSeededParity, seedWeights, TOLERANCE } from './testing/parity.js';

type Layer = tfl.layers.Layer;

/** Applies layers one after the other. */
function through(input: tfl.SymbolicTensor, ...layers: Layer[]): tfl.SymbolicTensor {
  return layers.reduce<tfl.SymbolicTensor>((tensor, layer) => layer.apply(tensor) as tfl.SymbolicTensor, input);
}

function join(layer: Layer, ...tensors: tfl.SymbolicTensor[]): tfl.SymbolicTensor {
  return layer.apply(tensors) as tfl.SymbolicTensor;
}

function mnistNetwork(): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.flatten(),
      tfl.layers.dropout({ rate: 0.5 }),
      tfl.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
}

function classifier(): tfl.LayersModel {
  return tfl.sequential({
    layers: [tfl.layers.dense({ inputShape: [2], units: 8, activation: 'relu' }), tfl.layers.dense({ units: 1, activation: 'sigmoid' })],
  });
}

/** The stem and one bottleneck of ResNet50, as Keras builds them, but narrow. */
function residualNetwork(): tfl.LayersModel {
  const image = tfl.input({ shape: [32, 32, 3], name: 'image' });
  const stem = through(
    image,
    tfl.layers.zeroPadding2d({ padding: 3 }),
    tfl.layers.conv2d({ filters: 8, kernelSize: 7, strides: 2 }),
    tfl.layers.batchNormalization({ epsilon: 1.001e-5 }),
    tfl.layers.activation({ activation: 'relu' }),
    tfl.layers.zeroPadding2d({ padding: 1 }),
    tfl.layers.maxPooling2d({ poolSize: 3, strides: 2 }),
  );
  const shortcut = through(stem, tfl.layers.conv2d({ filters: 16, kernelSize: 1 }), tfl.layers.batchNormalization({ epsilon: 1.001e-5 }));
  const branch = through(
    stem,
    tfl.layers.conv2d({ filters: 4, kernelSize: 1 }),
    tfl.layers.batchNormalization({ epsilon: 1.001e-5 }),
    tfl.layers.reLU(),
    tfl.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
    tfl.layers.batchNormalization({ epsilon: 1.001e-5 }),
    tfl.layers.reLU(),
    tfl.layers.conv2d({ filters: 16, kernelSize: 1 }),
    tfl.layers.batchNormalization({ epsilon: 1.001e-5 }),
  );
  const outputs = through(
    join(tfl.layers.add(), shortcut, branch),
    tfl.layers.activation({ activation: 'relu' }),
    tfl.layers.globalAveragePooling2d({}),
    tfl.layers.dense({ units: 10, activation: 'softmax', name: 'predictions' }),
  );
  return tfl.model({ inputs: image, outputs });
}

/** Two inverted residuals of MobileNetV2, the first with a stride. */
function mobileNetwork(): tfl.LayersModel {
  const image = tfl.input({ shape: [15, 15, 3] });
  const stem = through(
    image,
    tfl.layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
    tfl.layers.batchNormalization(),
    tfl.layers.reLU({ maxValue: 6 }),
    tfl.layers.zeroPadding2d({
      padding: [
        [0, 1],
        [0, 1],
      ],
    }),
    tfl.layers.depthwiseConv2d({ kernelSize: 3, strides: 2, useBias: false }),
    tfl.layers.batchNormalization(),
    tfl.layers.reLU({ maxValue: 6 }),
    tfl.layers.conv2d({ filters: 6, kernelSize: 1, useBias: false }),
    tfl.layers.batchNormalization(),
  );
  const branch = through(
    stem,
    tfl.layers.conv2d({ filters: 12, kernelSize: 1, useBias: false }),
    tfl.layers.batchNormalization(),
    tfl.layers.reLU({ maxValue: 6 }),
    tfl.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false }),
    tfl.layers.batchNormalization(),
    tfl.layers.reLU({ maxValue: 6 }),
    tfl.layers.conv2d({ filters: 6, kernelSize: 1, useBias: false }),
    tfl.layers.batchNormalization(),
  );
  const outputs = through(
    join(tfl.layers.add(), stem, branch),
    tfl.layers.globalAveragePooling2d({}),
    tfl.layers.dense({ units: 5, activation: 'softmax' }),
  );
  return tfl.model({ inputs: image, outputs });
}

describe('a compiled model', () => {
  it('agrees with tfjs on the MNIST network and moves no data at run time', async () => {
    const parity = await measureSeededParity(mnistNetwork(), { batchSizes: [1, 4, 7] });
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toEqual(['Reshape', 'Conv', 'Relu', 'MaxPool', 'Conv', 'Relu', 'MaxPool', 'Reshape', 'Gemm', 'Softmax']);
  });

  it('agrees with tfjs on the classifier of two features', async () => {
    const parity = await measureSeededParity(classifier(), { batchSizes: [1, 2, 64] });
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toEqual(['Gemm', 'Relu', 'Gemm', 'Sigmoid']);
  });

  it('agrees with tfjs on a residual network, its normalizations folded away and its image transposed once', async () => {
    const parity = await measureSeededParity(residualNetwork(), { batchSizes: [1, 3] });
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toEqual([
      'Transpose',
      'Conv',
      'Relu',
      'Pad',
      'MaxPool',
      'Conv',
      'Relu',
      'Conv',
      'Relu',
      'Conv',
      'Conv',
      'Add',
      'Relu',
      'GlobalAveragePool',
      'Reshape',
      'Gemm',
      'Softmax',
    ]);
  });

  it('agrees with tfjs on inverted residuals', async () => {
    const parity = await measureSeededParity(mobileNetwork(), { batchSizes: [1, 3] });
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).not.toContain('BatchNormalization');
    expect(parity.operators).not.toContain('Pad');
  });

  it('agrees with tfjs on two inputs and two outputs, under their names', async () => {
    const image = tfl.input({ shape: [6, 6, 2], name: 'image' });
    const extra = tfl.input({ shape: [3], name: 'extra' });
    const features = through(image, tfl.layers.conv2d({ filters: 4, kernelSize: 3 }), tfl.layers.flatten());
    const joined = join(tfl.layers.concatenate(), features, extra);
    const kind = through(joined, tfl.layers.dense({ units: 3, activation: 'softmax', name: 'kind' }));
    const size = through(joined, tfl.layers.dense({ units: 1, name: 'size' }));
    const parity = await measureSeededParity(tfl.model({ inputs: [image, extra], outputs: [kind, size] }), { batchSizes: [1, 5] });
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.proto.graph.input.map(({ name }) => name)).toEqual(['image', 'extra']);
    expect(parity.proto.graph.output.map(({ name }) => name)).toEqual(['kind', 'size']);
  });

  it('declares shapes with an open batch dimension, the opset and the producer', async () => {
    const { proto } = await measureSeededParity(mnistNetwork(), { batchSizes: [1] });
    const [input] = proto.graph.input;
    expect(input?.type.tensorType).toEqual({
      elemType: 1,
      shape: { dim: [{ dimParam: 'N' }, { dimValue: 28 }, { dimValue: 28 }, { dimValue: 1 }] },
    });
    expect(proto).toMatchObject({ irVersion: 8, producerName: 'switchyard', opsetImport: [{ version: 17 }] });
  });

  it('answers no rows with no rows', async () => {
    const session = await InferenceSession.create(await compileModel(mnistNetwork()));
    const outputs = await session.run({ [session.inputNames[0] ?? '']: new Tensor('float32', new Float32Array(0), [0, 28, 28, 1]) });
    expect(outputs[session.outputNames[0] ?? '']?.dims).toEqual([0, 10]);
    await session.release();
  });

  it('keeps data channels first when a model outputs an image, but for the output itself', async () => {
    const image = tfl.input({ shape: [5, 5, 2] });
    const convolved = through(image, tfl.layers.conv2d({ filters: 3, kernelSize: 3 }));
    const pooled = through(convolved, tfl.layers.globalMaxPooling2d({}));
    const parity = await measureSeededParity(tfl.model({ inputs: image, outputs: [convolved, pooled] }));
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toEqual(['Transpose', 'Conv', 'GlobalMaxPool', 'Reshape', 'Transpose']);
  });

  it('reads shared layers and nested models as tfjs does', async () => {
    const encoder = tfl.sequential({
      name: 'encoder',
      layers: [tfl.layers.dense({ inputShape: [4], units: 5, activation: 'tanh' }), tfl.layers.dense({ units: 3 })],
    });
    const inputs = [tfl.input({ shape: [4] }), tfl.input({ shape: [4] })];
    const [one, other] = inputs.map((input) => encoder.apply(input) as tfl.SymbolicTensor) as [tfl.SymbolicTensor, tfl.SymbolicTensor];
    const inner = tfl.input({ shape: [3] });
    const head = tfl.model({ name: 'head', inputs: inner, outputs: through(inner, tfl.layers.dense({ units: 2 }), tfl.layers.softmax()) });
    const model = tfl.model({ inputs, outputs: head.apply(join(tfl.layers.maximum(), one, other)) as tfl.SymbolicTensor });
    const parity = await measureSeededParity(model);
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.proto.graph.output.map(({ name }) => name)).toEqual(model.outputNames);
  });

  it('reads a Sequential model that begins with another model, or with an InputLayer', async () => {
    const base = tfl.sequential({
      layers: [tfl.layers.conv2d({ inputShape: [5, 5, 2], filters: 3, kernelSize: 3, activation: 'relu' }), tfl.layers.flatten()],
    });
    const tuned = tfl.sequential({ layers: [base, tfl.layers.dense({ units: 2, activation: 'softmax' })] });
    expect((await measureSeededParity(tuned)).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    const named = tfl.sequential({
      layers: [tfl.layers.inputLayer({ inputShape: [3], name: 'features' }), tfl.layers.dense({ units: 2 })],
    });
    expect((await measureSeededParity(named)).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });

  it('reads weights that lie across shards', async () => {
    const model = mnistNetwork();
    seedWeights(model);
    expect((await measureParity(model, { batchSizes: [2], shards: 5 })).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });
});
