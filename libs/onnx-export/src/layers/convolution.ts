import { refuseLayer } from '../export-refusal.js';
import type { GraphBuilder } from '../graph-builder.js';
import { CHANNELS_FIRST, toChannelsFirst, type GraphTensor } from '../graph-tensor.js';
import { flagSetting, refuseSetting, requireChannelsLast, sizesSetting, weightOf } from '../layer-settings.js';
import type { Layer, Weight } from '../layers-model.js';
import { activate } from './activation.js';
import type { LayerExporter } from './layer-exporter.js';
import { singleInput } from './single-input.js';
import { placeWindow, type SlidingWindow } from './sliding-window.js';

/** Conv1D and Conv2D; the number of spatial dimensions is the input's. */
export const convolutionLayer: LayerExporter = singleInput((layer, input, graph) => {
  const kernel = toFiltersFirst(weightOf(layer, 'kernel'));
  return activate(layer, convolve(layer, input, { graph, kernel, groups: 1, window: windowOf(layer, input), bias: biasOf(layer) }), graph);
}, 2);

/** tfjs accepts a dilation for this layer and then ignores it, so what was meant is not what the model computes: better not guess. */
export const depthwiseConvolutionLayer: LayerExporter = singleInput((layer, input, graph) => {
  const window = windowOf(layer, input);
  if (window.dilations?.some((dilation) => dilation !== 1))
    refuseSetting(layer, 'dilationRate', '1, since tfjs ignores any other in a DepthwiseConv2D');
  const kernel = toGroupsFirst(weightOf(layer, 'depthwise_kernel'));
  return activate(layer, convolve(layer, input, { graph, kernel, groups: channelsOf(input), window, bias: biasOf(layer) }), graph);
}, 3);

/** A depthwise convolution, then one of size 1 that mixes the channels. */
export const separableConvolutionLayer: LayerExporter = singleInput((layer, input, graph) => {
  const depthwise = toGroupsFirst(weightOf(layer, 'depthwise_kernel'));
  const spread = convolve(layer, input, {
    graph,
    kernel: depthwise,
    groups: channelsOf(input),
    window: windowOf(layer, input),
    bias: undefined,
  });
  const pointwise = toFiltersFirst(weightOf(layer, 'pointwise_kernel'));
  const mixed = convolve(layer, spread, { graph, kernel: pointwise, groups: 1, window: POINT, bias: biasOf(layer) });
  return activate(layer, mixed, graph);
}, 3);

const POINT: SlidingWindow = { size: [1, 1], strides: [1, 1] };

interface Convolution {
  readonly graph: GraphBuilder;
  /** `[filters, channels / groups, …size]`. */
  readonly kernel: Weight;
  readonly groups: number;
  readonly window: SlidingWindow;
  readonly bias: Weight | undefined;
}

function convolve(layer: Layer, input: GraphTensor, { graph, kernel, groups, window, bias }: Convolution): GraphTensor {
  const [filters, channels] = kernel.shape;
  if (filters === undefined || channels === undefined || channels * groups !== channelsOf(input)) {
    refuseLayer(layer, `has a kernel that does not fit rows of shape [${input.shape.join(',')}].`);
  }
  const source = toChannelsFirst(graph, input);
  const placed = placeWindow(layer, input.shape.slice(0, -1), window);
  const name = graph.addNode({
    type: 'Conv',
    layer: layer.name,
    inputs: [
      source.name,
      graph.addFloats(`${layer.name}/kernel`, kernel.shape, kernel.data),
      ...(bias === undefined ? [] : [graph.addFloats(`${layer.name}/bias`, bias.shape, bias.data)]),
    ],
    attributes: { ...placed.attributes, group: { int: groups } },
  });
  return { name, shape: [...placed.output, filters], layout: CHANNELS_FIRST };
}

function windowOf(layer: Layer, input: GraphTensor): SlidingWindow {
  requireChannelsLast(layer);
  const rank = input.shape.length - 1;
  return {
    size: sizesSetting(layer, 'kernelSize', rank),
    strides: sizesSetting(layer, 'strides', rank, 1),
    dilations: sizesSetting(layer, 'dilationRate', rank, 1),
  };
}

function biasOf(layer: Layer): Weight | undefined {
  return flagSetting(layer, 'useBias', true) ? weightOf(layer, 'bias') : undefined;
}

function channelsOf(input: GraphTensor): number {
  return input.shape[input.shape.length - 1] ?? 1;
}

/** `[…size, channels, filters]` → `[filters, channels, …size]`. */
function toFiltersFirst({ shape, data }: Weight): Weight {
  const [channels = 1, filters = 1] = shape.slice(-2);
  const size = shape.slice(0, -2);
  const area = data.length / (channels * filters);
  const reordered = new Float32Array(data.length);
  for (let place = 0, from = 0; place < area; place++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let filter = 0; filter < filters; filter++) reordered[(filter * channels + channel) * area + place] = data[from++] ?? 0;
    }
  }
  return { shape: [filters, channels, ...size], data: reordered };
}

/** `[…size, channels, multiplier]` → `[channels · multiplier, 1, …size]`, one group for each channel: the last two dimensions taken as one. */
function toGroupsFirst({ shape, data }: Weight): Weight {
  const [channels = 1, multiplier = 1] = shape.slice(-2);
  return toFiltersFirst({ shape: [...shape.slice(0, -2), 1, channels * multiplier], data });
}
