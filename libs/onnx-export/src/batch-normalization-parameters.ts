import { refuseLayer } from './export-refusal.js';
import { flagSetting, numberSetting, weightOf } from './layer-settings.js';
import type { Layer } from './layers-model.js';

/** What a BatchNormalization layer does at inference, channel by channel: `gamma · (x − mean) / √(variance + epsilon) + beta`. */
export interface BatchNormalizationParameters {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/** @throws ExportRefusal when a weight is missing or the lists differ in length. */
export function batchNormalizationParameters(layer: Layer): BatchNormalizationParameters {
  const mean = weightOf(layer, 'moving_mean').data;
  const parameters = {
    mean,
    variance: weightOf(layer, 'moving_variance').data,
    gamma: flagSetting(layer, 'scale', true) ? weightOf(layer, 'gamma').data : new Float32Array(mean.length).fill(1),
    beta: flagSetting(layer, 'center', true) ? weightOf(layer, 'beta').data : new Float32Array(mean.length),
    epsilon: numberSetting(layer, 'epsilon', 1e-3),
  };
  const lengths = [parameters.variance, parameters.gamma, parameters.beta].map((list) => list.length);
  if (lengths.some((length) => length !== mean.length))
    refuseLayer(layer, `has ${mean.length} means but ${lengths.join(', ')} variances, gammas and betas.`);
  return parameters;
}
