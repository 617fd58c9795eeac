import { refuseLayer } from '../export-refusal.js';
import type { AttributeValue } from '../graph-builder.js';
import { imagePaddingSetting, refuseSetting, type Margins } from '../layer-settings.js';
import type { Layer } from '../layers-model.js';

/** A window that convolution or pooling slides over the spatial dimensions; one entry for each. */
export interface SlidingWindow {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  /** Steps between the elements of the window; 1 when left out. Of pooling, which has none, ONNX's AveragePool knows none before opset 19. */
  readonly dilations?: readonly number[];
}

/** Where the window stops, and the ONNX attributes that make it stop there. */
export interface WindowPlacement {
  /** Spatial sizes of the output. */
  readonly output: readonly number[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/**
 * Places a window over spatial sizes as TensorFlow does. Its "same" padding depends on the input's size and puts the odd
 * element behind: https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2. So the pads are worked out here, once.
 * `padding` may also be pairs of margins, which is what a folded ZeroPadding2D leaves.
 * @throws ExportRefusal for any other padding, and for a window larger than what it slides over.
 */
export function placeWindow(layer: Layer, spatial: readonly number[], window: SlidingWindow): WindowPlacement {
  const extents = spatial.map((_, axis) => ((window.size[axis] ?? 1) - 1) * (window.dilations?.[axis] ?? 1) + 1);
  const margins = spatial.map((length, axis) =>
    marginsOf(layer, axis, { length, extent: extents[axis] ?? 1, stride: window.strides[axis] ?? 1 }),
  );
  const output = spatial.map((length, axis) => {
    const [before, after] = margins[axis] ?? [0, 0];
    return Math.floor((before + length + after - (extents[axis] ?? 1)) / (window.strides[axis] ?? 1)) + 1;
  });
  if (output.some((length) => length < 1))
    refuseLayer(layer, `slides a window of [${extents.join(',')}] over only [${spatial.join(',')}] elements.`);
  return {
    output,
    attributes: {
      kernel_shape: { ints: window.size },
      strides: { ints: window.strides },
      ...(window.dilations === undefined ? {} : { dilations: { ints: window.dilations } }),
      pads: { ints: [...margins.map(([before]) => before), ...margins.map(([, after]) => after)] },
    },
  };
}

function marginsOf(
  layer: Layer,
  axis: number,
  { length, extent, stride }: { readonly length: number; readonly extent: number; readonly stride: number },
): Margins {
  const padding = layer.config['padding'] ?? 'valid';
  if (padding === 'valid') return [0, 0];
  if (Array.isArray(padding)) return imagePaddingSetting(layer)[axis] ?? [0, 0];
  if (padding !== 'same') refuseSetting(layer, 'padding', '"valid" or "same"');
  const total = Math.max((Math.ceil(length / stride) - 1) * stride + extent - length, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
