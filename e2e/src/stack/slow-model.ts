import { encodeOnnx, type OnnxGraph } from './onnx-file.js';
import { publishModel } from './publish-model.js';
import type { TrainedStack } from './trained-stack.js';

/** A row is widened to 2^17 columns, */
const DOUBLINGS = 17;
/** each of which so many operators work on: tens of milliseconds a row, and no memory to speak of. */
const OPERATORS = 100;

/** Publishes the model `slow`: a number a row in (`x`, float32), a whole number a row out (`y`), and nothing gained by batching. */
export async function publishSlow(stack: TrainedStack): Promise<void> {
  await publishModel(stack, {
    name: 'slow', onnx: encodeOnnx(slowGraph()),
    signature: { inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 1], finite: true }], outputs: [{ name: 'y', dtype: 'int64', shape: [-1, 1], finite: false }] },
  });
}

function slowGraph(): OnnxGraph {
  const widening = chain('Concat', DOUBLINGS, 'x', 'wide').map((node) => ({ ...node, inputs: [...node.inputs, ...node.inputs], axis: 1 }));
  return {
    inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 1] }],
    outputs: [{ name: 'y', dtype: 'int64', shape: [-1, 1] }],
    nodes: [...widening, ...chain('Erf', OPERATORS, 'wide', 'worked'), { type: 'ArgMax', inputs: ['worked'], output: 'y', axis: 1 }],
  };
}

/** `length` nodes one after the other, from the value `from` to the value `to`. */
function chain(type: string, length: number, from: string, to: string): OnnxGraph['nodes'] {
  const nameOf = (index: number): string => (index === 0 ? from : index === length ? to : `${to}_${index}`);
  return Array.from({ length }, (_, index) => ({ type, inputs: [nameOf(index)], output: nameOf(index + 1) }));
}
