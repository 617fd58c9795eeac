import type { AttributeValue } from '../graph-builder.js';
import { AS_SAVED, CHANNELS_FIRST, reshape, toChannelsFirst } from '../graph-tensor.js';
import { flagSetting, refuseSetting, requireChannelsLast, sizesSetting } from '../layer-settings.js';
import type { LayerExporter } from './layer-exporter.js';
import { singleInput } from './single-input.js';
import { placeWindow } from './sliding-window.js';

export const maxPoolingLayer: LayerExporter = pooling('MaxPool');

/** Where the window hangs over the edge, TensorFlow averages over the elements that are there. */
export const averagePoolingLayer: LayerExporter = pooling('AveragePool', { count_include_pad: { int: 0 } });

export const globalAveragePoolingLayer: LayerExporter = globalPooling('GlobalAveragePool');
export const globalMaxPoolingLayer: LayerExporter = globalPooling('GlobalMaxPool');

/** Pooling over one or two spatial dimensions: as many as the input has. */
function pooling(type: string, attributes: Readonly<Record<string, AttributeValue>> = {}): LayerExporter {
  return singleInput((layer, input, graph) => {
    requireChannelsLast(layer);
    const spatial = input.shape.slice(0, -1);
    const size = sizesSetting(layer, 'poolSize', spatial.length, 2);
    const strides = sizesSetting(layer, 'strides', spatial.length, size);
    const placed = placeWindow(layer, spatial, { size, strides });
    return {
      name: graph.addNode({
        type,
        layer: layer.name,
        inputs: [toChannelsFirst(graph, input).name],
        attributes: { ...placed.attributes, ...attributes },
      }),
      shape: [...placed.output, ...input.shape.slice(-1)],
      layout: CHANNELS_FIRST,
    };
  }, 2);
}

function globalPooling(type: string): LayerExporter {
  return singleInput((layer, input, graph) => {
    requireChannelsLast(layer);
    if (flagSetting(layer, 'keepdims', false)) refuseSetting(layer, 'keepdims', 'false, since tfjs ignores it');
    const pooled = graph.addNode({ type, layer: layer.name, inputs: [toChannelsFirst(graph, input).name] });
    const shape = input.shape.slice(-1);
    return { name: reshape(graph, pooled, shape), shape, layout: AS_SAVED };
  }, 2);
}
