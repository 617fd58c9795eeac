import { readFile, writeFile } from 'node:fs/promises';
import type { Engine, EngineName } from '@switchyard/engine';
import { runTrial, type Trial, type TrialFigures } from '@switchyard/model-import';
import type { ModelFormat, Signature } from '@switchyard/model-registry';
import { decodeFrame, encodeFrame, rowCount, sliceRowsOfAll, type TensorMap } from '@switchyard/tensor';
import { compareOutputs, type Parity } from '@switchyard/training';

/** Runs a trial in this process, keeps its answers for the next one, and compares them with those of the one before. */
export async function tryOut({ engine, form, signature, signatureName, answersFile, compareWith }: Trial): Promise<TrialFigures> {
  const { costs, answers } = await runTrial(await openEngine(engine, form.format), { form, signature, signatureName, now: () => performance.now() });
  await writeFile(answersFile, encodeFrame(null, answers));
  return { costs, parity: compareWith === null || costs.length === 0 ? null : await parityWith(compareWith, signature, answers) };
}

/** TensorFlow runs SavedModels by another road than TensorFlow.js' own models. */
async function openEngine(engine: EngineName, format: ModelFormat): Promise<Engine> {
  return format === 'saved-model' ? (await import('@switchyard/engine-tensorflow')).createSavedModelEngine() : ENGINES[engine]();
}

const ENGINES: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  onnx: async () => (await import('@switchyard/engine-onnx')).createOnnxEngine(),
  tensorflow: async () => (await import('@switchyard/engine-tensorflow')).createTensorflowEngine(),
  wasm: async () => (await import('@switchyard/engine-wasm')).createWasmEngine(),
};

/** Text is not compared: it is the same or the model is another. */
async function parityWith(file: string, signature: Signature, answers: TensorMap): Promise<Parity> {
  const { tensors: expected } = decodeFrame(await readFile(file));
  const outputs = signature.outputs.filter(({ dtype }) => dtype !== 'string');
  const rows = Math.min(rowCount(expected), rowCount(answers));
  return { rows, ...compareOutputs({ ...signature, outputs }, sliceRowsOfAll(expected, 0, rows), sliceRowsOfAll(answers, 0, rows)) };
}
