import { batchNormalizationParameters } from './batch-normalization-parameters.js';
import { activationSetting, flagSetting, isLastAxis, weightOf } from './layer-settings.js';
import type { Layer, Weight } from './layers-model.js';
import type { MergeLayers } from './merge-neighbours.js';

/** The weight whose last dimensions are the output channels, for each layer that a normalization can be folded into. */
const CHANNEL_WEIGHTS: ReadonlyMap<string, string> = new Map([
  ['Conv1D', 'kernel'],
  ['Conv2D', 'kernel'],
  ['Dense', 'kernel'],
  ['DepthwiseConv2D', 'depthwise_kernel'],
  ['SeparableConv2D', 'pointwise_kernel'],
]);

/**
 * Folds a BatchNormalization into the convolution or Dense before it: `γ(Wx + b − μ)/√(σ² + ε) + β` is the same layer
 * with other weights (Jacob et al., "Quantization and Training of Neural Networks", 2018, §3.2).
 * Not behind an activation, and not across any axis but the channels.
 */
export const foldBatchNormalization: MergeLayers = (layer, normalization) => {
  const kernelName = CHANNEL_WEIGHTS.get(layer.className);
  if (kernelName === undefined || normalization.className !== 'BatchNormalization' || activationSetting(layer) !== 'linear')
    return undefined;
  const kernel = weightOf(layer, kernelName);
  // A Dense takes rows of any rank, so there only -1 surely means the last axis.
  const rowRank = layer.className === 'Dense' ? -1 : kernel.shape.length - 1;
  return isLastAxis(normalization.config['axis'] ?? -1, rowRank) ? scaleChannels(layer, kernelName, normalization) : undefined;
};

function scaleChannels(layer: Layer, kernelName: string, normalization: Layer): Layer {
  const { gamma, beta, mean, variance, epsilon } = batchNormalizationParameters(normalization);
  const factors = Float64Array.from(gamma, (value, channel) => value / Math.sqrt((variance[channel] ?? 0) + epsilon));
  const kernel = weightOf(layer, kernelName);
  // The output channels vary fastest, so the channel of an element is its index modulo their number.
  const scaled = kernel.data.map((value, index) => value * (factors[index % factors.length] ?? 1));
  const bias = flagSetting(layer, 'useBias', true) ? weightOf(layer, 'bias').data : new Float32Array(factors.length);
  const shifted = bias.map((value, channel) => (value - (mean[channel] ?? 0)) * (factors[channel] ?? 1) + (beta[channel] ?? 0));
  const weights: readonly [string, Weight][] = [
    [kernelName, { ...kernel, data: scaled }],
    ['bias', { shape: [shifted.length], data: shifted }],
  ];
  return { ...layer, config: { ...layer.config, useBias: true }, weights: new Map([...layer.weights, ...weights]) };
}
