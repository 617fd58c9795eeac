import { readFile } from 'node:fs/promises';
import type { Signature } from '@switchyard/model-registry';
import { DTYPES } from '@switchyard/tensor';
import { publishModel } from './publish-model.js';
import type { TrainedStack } from './trained-stack.js';

const ECHO = new URL('../../../libs/engine-onnx/fixtures/echo/model.onnx', import.meta.url);

/** Publishes the model `echo`: for each dtype an input `<dtype>_in` and an output `<dtype>_out` of the same two columns. */
export async function publishEcho(stack: TrainedStack): Promise<void> {
  const specs = (suffix: string): Signature['inputs'] => DTYPES.map((dtype) => ({ name: `${dtype}_${suffix}`, dtype, shape: [-1, 2], finite: false }));
  await publishModel(stack, { name: 'echo', onnx: await readFile(ECHO), signature: { inputs: specs('in'), outputs: specs('out') } });
}
