import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOnnxEngine } from '@switchyard/engine-onnx';
import type { LoadedModel } from '@switchyard/engine';
import { manifestSchema } from '@switchyard/model-registry';
import { numericData, tensor } from '@switchyard/tensor';

/** The model run alone, in the test's own process, one row at a time: what every answer of the system is compared with. */
export interface ReferenceModel {
  predict(row: Float32Array): Promise<number[]>;
  close(): Promise<void>;
}

export async function openReferenceModel(objectsDirectory: string, name: string, version = 1): Promise<ReferenceModel> {
  const folder = join(objectsDirectory, 'models', name, 'versions', String(version));
  const { signature } = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const engine = createOnnxEngine();
  const model = await engine.load({ format: 'onnx', directory: join(folder, 'onnx'), signature });
  return { predict: (row) => runAlone(model, row), close: () => engine.close() };
}

async function runAlone(model: LoadedModel, row: Float32Array): Promise<number[]> {
  const [input] = model.signature.inputs;
  const [output] = model.signature.outputs;
  if (input === undefined || output === undefined) throw new Error('The model has no input or no output.');
  const outputs = await model.run(new Map([[input.name, tensor('float32', [1, ...input.shape.slice(1)], row)]]));
  const answer = outputs.get(output.name);
  if (answer === undefined) throw new Error(`The model gave no "${output.name}".`);
  return Array.from(numericData(answer) as Float32Array);
}

/** Largest difference between two answers of equal length. */
export function maxDifference(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  return actual.reduce((max, value, index) => Math.max(max, Math.abs(value - (expected[index] ?? NaN))), 0);
}
