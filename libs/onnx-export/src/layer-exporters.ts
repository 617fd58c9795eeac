import {
  activationLayer,
  eluLayer,
  leakyReluLayer,
  preluLayer,
  reluLayer,
  softmaxLayer,
  thresholdedReluLayer,
} from './layers/activation.js';
import { convolutionLayer, depthwiseConvolutionLayer, separableConvolutionLayer } from './layers/convolution.js';
import { denseLayer } from './layers/dense.js';
import type { LayerExporter } from './layers/layer-exporter.js';
import { addLayer, averageLayer, concatenateLayer, maximumLayer, minimumLayer, multiplyLayer } from './layers/merge.js';
import { batchNormalizationLayer, rescalingLayer } from './layers/normalization.js';
import { averagePoolingLayer, globalAveragePoolingLayer, globalMaxPoolingLayer, maxPoolingLayer } from './layers/pooling.js';
import { flattenLayer, identityLayer, permuteLayer, reshapeLayer } from './layers/reshape.js';
import { upSamplingLayer, zeroPaddingLayer } from './layers/resize.js';

/** Every layer that the export knows, by Keras' class name. To add one, write its exporter and enter it here. */
const LAYER_EXPORTERS: ReadonlyMap<string, LayerExporter> = new Map(
  Object.entries({
    Activation: activationLayer,
    Add: addLayer,
    AlphaDropout: identityLayer,
    Average: averageLayer,
    AveragePooling1D: averagePoolingLayer,
    AveragePooling2D: averagePoolingLayer,
    BatchNormalization: batchNormalizationLayer,
    Concatenate: concatenateLayer,
    Conv1D: convolutionLayer,
    Conv2D: convolutionLayer,
    Dense: denseLayer,
    DepthwiseConv2D: depthwiseConvolutionLayer,
    Dropout: identityLayer,
    ELU: eluLayer,
    Flatten: flattenLayer,
    GaussianDropout: identityLayer,
    GaussianNoise: identityLayer,
    GlobalAveragePooling1D: globalAveragePoolingLayer,
    GlobalAveragePooling2D: globalAveragePoolingLayer,
    GlobalMaxPooling1D: globalMaxPoolingLayer,
    GlobalMaxPooling2D: globalMaxPoolingLayer,
    InputLayer: identityLayer,
    LeakyReLU: leakyReluLayer,
    MaxPooling1D: maxPoolingLayer,
    MaxPooling2D: maxPoolingLayer,
    Maximum: maximumLayer,
    Minimum: minimumLayer,
    Multiply: multiplyLayer,
    PReLU: preluLayer,
    Permute: permuteLayer,
    ReLU: reluLayer,
    Rescaling: rescalingLayer,
    Reshape: reshapeLayer,
    SeparableConv2D: separableConvolutionLayer,
    Softmax: softmaxLayer,
    SpatialDropout1D: identityLayer,
    ThresholdedReLU: thresholdedReluLayer,
    UpSampling2D: upSamplingLayer,
    ZeroPadding2D: zeroPaddingLayer,
  }),
);

export function findLayerExporter(className: string): LayerExporter | undefined {
  return LAYER_EXPORTERS.get(className);
}
