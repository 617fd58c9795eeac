import { CHANNELS_FIRST, toChannelsFirst } from '../graph-tensor.js';
import { imagePaddingSetting, refuseSetting, requireChannelsLast, sizesSetting, textSetting } from '../layer-settings.js';
import type { LayerExporter } from './layer-exporter.js';
import { singleInput } from './single-input.js';

/** Only those that could not be folded into a convolution get here. */
export const zeroPaddingLayer: LayerExporter = singleInput((layer, input, graph) => {
  requireChannelsLast(layer);
  const [[top, bottom], [left, right]] = imagePaddingSetting(layer);
  const [height = 1, width = 1, channels = 1] = input.shape;
  const pads = graph.addIntegers(`${layer.name}/pads`, [0, 0, top, left, 0, 0, bottom, right]);
  // Negative zero: onnxruntime folds a Pad with +0 into the pooling behind it, where padding does not count (its pad_fusion.cc
  // compares bytes), and so would lose the zeros to a window of negative pixels.
  const zero = graph.addFloat(`${layer.name}/zero`, -0);
  return {
    name: graph.addNode({ type: 'Pad', layer: layer.name, inputs: [toChannelsFirst(graph, input).name, pads, zero] }),
    shape: [top + height + bottom, left + width + right, channels],
    layout: CHANNELS_FIRST,
  };
}, 3);

/** tfjs maps output to input positions by their upper left corners, ONNX' `asymmetric`. */
export const upSamplingLayer: LayerExporter = singleInput((layer, input, graph) => {
  requireChannelsLast(layer);
  const [vertical = 1, horizontal = 1] = sizesSetting(layer, 'size', 2, 2);
  const [height = 1, width = 1, channels = 1] = input.shape;
  const interpolation = textSetting(layer, 'interpolation', 'nearest');
  if (interpolation !== 'nearest' && interpolation !== 'bilinear') refuseSetting(layer, 'interpolation', '"nearest" or "bilinear"');
  const scales = graph.addFloats(`${layer.name}/scales`, [4], Float32Array.of(1, 1, vertical, horizontal));
  return {
    name: graph.addNode({
      type: 'Resize',
      layer: layer.name,
      inputs: [toChannelsFirst(graph, input).name, '', scales],
      attributes: {
        mode: { text: interpolation === 'nearest' ? 'nearest' : 'linear' },
        coordinate_transformation_mode: { text: 'asymmetric' },
        nearest_mode: { text: 'floor' },
      },
    }),
    shape: [height * vertical, width * horizontal, channels],
    layout: CHANNELS_FIRST,
  };
}, 3);
