import { readFile } from 'node:fs/promises';
import { ServingError } from '@switchyard/errors';
import type { Engine, LoadedModel } from '@switchyard/engine';
import type { Signature } from '@switchyard/model-registry';
import { decodeFrame, rowCount, type TensorMap } from '@switchyard/tensor';
import { compareOutputs, type FormComparer, type ModelForm, type Parity } from '@switchyard/training';

/**
 * Runs both forms on the engines that serve them. Engines are opened for one comparison and closed after it:
 * comparisons are rare, and the memory of a native library is only given back by its process.
 * @param openEngines in order of preference; the next is tried where one's library is missing.
 */
export function createFormComparer(openEngines: () => readonly Engine[]): FormComparer {
  return {
    async compareForms({ original, compiled, signature, inputsFile }): Promise<Parity> {
      const engines = openEngines();
      try {
        const { tensors: inputs } = decodeFrame(await readFile(inputsFile));
        const expected = await runForm(engines, original, { signature, inputs });
        const actual = await runForm(engines, compiled, { signature, inputs });
        return { rows: rowCount(inputs), ...compareOutputs(signature, expected, actual) };
      } finally {
        await Promise.all(engines.map((engine) => engine.close()));
      }
    },
  };
}

async function runForm(engines: readonly Engine[], form: ModelForm, { signature, inputs }: { signature: Signature; inputs: TensorMap }): Promise<TensorMap> {
  const model = await loadOnAny(engines.filter((engine) => engine.formats.includes(form.format)), form, signature);
  try {
    return await model.run(inputs);
  } finally {
    await model.dispose();
  }
}

async function loadOnAny(engines: readonly Engine[], form: ModelForm, signature: Signature): Promise<LoadedModel> {
  let failure: unknown = new ServingError('engine-unavailable', `No engine here runs the format ${form.format}.`);
  for (const engine of engines) {
    try {
      return await engine.load({ ...form, signature });
    } catch (error) {
      if (!(error instanceof ServingError && error.kind === 'engine-unavailable')) throw error;
      failure = error;
    }
  }
  throw failure;
}

