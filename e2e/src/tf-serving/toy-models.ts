import { encodeOnnx, type OnnxGraph, type OnnxValue } from '../stack/onnx-file.js';
import type { PublishedModel } from '../stack/publish-model.js';

const rows = (name: string, dtype: OnnxValue['dtype'] = 'float32', ...row: number[]): OnnxValue => ({ name, dtype, shape: [-1, ...row] });

/** `y = x / 2 + addend`: the toys of TensorFlow Serving's documentation. */
function halfPlus(name: string, addend: number): PublishedModel {
  return toy(name, {
    inputs: [rows('x')],
    outputs: [rows('y')],
    constants: { half: 0.5, addend },
    nodes: [{ type: 'Mul', inputs: ['x', 'half'], output: 'halved' }, { type: 'Add', inputs: ['halved', 'addend'], output: 'y' }],
  });
}

export const HALF_PLUS_TWO = halfPlus('half_plus_two', 2);
export const HALF_PLUS_THREE: PublishedModel = { ...halfPlus('saved_model_half_plus_three', 3), methodName: 'regress' };

/** The inputs of the row-format example in TensorFlow Serving's documentation, given back: the tag as bytes, the signal doubled, the sensor as it is. */
export const ECHO = toy('Echo', {
  inputs: [rows('tag', 'string'), rows('signal', 'int64', 5), rows('sensor', 'float32', 2, 2)],
  outputs: [rows('tag_bytes', 'string'), rows('doubled', 'int64', 5), rows('same', 'float32', 2, 2)],
  nodes: [
    { type: 'Identity', inputs: ['tag'], output: 'tag_bytes' },
    { type: 'Add', inputs: ['signal', 'signal'], output: 'doubled' },
    { type: 'Identity', inputs: ['sensor'], output: 'same' },
  ],
});

/** `scores = softmax([sun, cloud])`, with labels. */
export const WEATHER: PublishedModel = {
  ...toy('weather', {
    inputs: [rows('sun', 'float32', 1), rows('cloud', 'float32', 1)],
    outputs: [rows('scores', 'float32', 2)],
    nodes: [{ type: 'Concat', inputs: ['sun', 'cloud'], output: 'both', axis: 1 }, { type: 'Softmax', inputs: ['both'], output: 'scores', axis: 1 }],
  }),
  labels: ['dry', 'wet'],
  methodName: 'classify',
  signatureName: 'classify_weather',
};

function toy(name: string, graph: OnnxGraph): PublishedModel {
  const specs = (values: readonly OnnxValue[]) => values.map((value) => ({ name: value.name, dtype: value.dtype, shape: [...value.shape] }));
  return { name, onnx: encodeOnnx(graph), signature: { inputs: specs(graph.inputs), outputs: specs(graph.outputs) } };
}
