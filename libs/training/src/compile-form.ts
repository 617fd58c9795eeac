import { join } from 'node:path';
import type { Compilation } from '@switchyard/model-registry';
import { toServingError } from '@switchyard/errors';
import { MAX_PARITY_DIFFERENCE, type ModelForm, type RunDependencies } from './run-ports.js';
import type { ModelCompiler, TrainedModel } from './trainer.js';

/** What compiling came to: `form` is null when the model must be served as it was trained; `compilation` says why. */
export interface CompiledForm {
  readonly form: ModelForm | null;
  readonly compilation: Compilation;
}

/**
 * Compiles a trained model for the faster engine and proves that both forms answer alike.
 * Nothing here fails a run: whatever goes wrong is the reason why the original alone is published.
 * @returns null when no compiler takes the model's format.
 */
export async function compileForm(trained: TrainedModel, { compilers, parity, directory }: Pick<RunDependencies, 'compilers' | 'parity' | 'directory'>): Promise<CompiledForm | null> {
  const compiler = compilers.find((candidate) => candidate.from === trained.format);
  if (compiler === undefined) return null;
  try {
    return await compileAndCompare(compiler, trained, { parity, directory });
  } catch (error) {
    return notCompiled(compiler, toServingError(error, 'internal', `Compiling to ${compiler.to} failed.`).message);
  }
}

async function compileAndCompare(compiler: ModelCompiler, trained: TrainedModel, { parity, directory }: Pick<RunDependencies, 'parity' | 'directory'>): Promise<CompiledForm> {
  const form = { format: compiler.to, directory: join(directory, 'compiled', compiler.to) };
  const outcome = await compiler.compile(trained.directory, form.directory);
  if (!outcome.compiled) return notCompiled(compiler, outcome.reason);
  const original = { format: trained.format, directory: trained.directory };
  const { maxAbsDifference, rows, sameArgmax } = await parity.compareForms({ original, compiled: form, signature: trained.signature, inputsFile: trained.parityInputsFile });
  const figures = `largest difference ${maxAbsDifference.toExponential(1)} on ${rows} held-out rows, ${sameArgmax ? 'the same class for each' : 'not the same class for each'}`;
  // Written so that a NaN fails.
  const agrees = sameArgmax && maxAbsDifference <= MAX_PARITY_DIFFERENCE;
  if (!agrees) return { form: null, compilation: { format: compiler.to, compiled: false, maxAbsDifference: null, parityRows: rows, reason: `The ${compiler.to} form disagrees with the ${trained.format} form: ${figures}.` } };
  return { form, compilation: { format: compiler.to, compiled: true, maxAbsDifference, parityRows: rows, reason: `The ${compiler.to} form agrees with the ${trained.format} form: ${figures}.` } };
}

function notCompiled(compiler: ModelCompiler, reason: string): CompiledForm {
  return { form: null, compilation: { format: compiler.to, compiled: false, maxAbsDifference: null, parityRows: 0, reason } };
}
