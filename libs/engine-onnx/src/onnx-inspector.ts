import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deriveSignature, type InspectedModel, type ModelDeclaration, type ModelInspector, type TensorDeclaration } from '@switchyard/engine';
import { toServingError } from '@switchyard/errors';
import { declaredTensors } from './declared-tensors.js';
import { statedRanks } from './onnx-ranks.js';
import { importRuntime } from './onnx-runtime.js';

/** The file's name within its folder; tensors that it keeps outside lie beside it, under the names it gives them. */
const MODEL_FILE = 'model.onnx';

/**
 * Inspects ONNX files (`model.onnx`) with onnxruntime itself, unoptimized: it checks operators and types, and infers the shapes of outputs,
 * exactly as the engine will. ONNX has no named signatures: there is one.
 */
export function createOnnxInspector(): ModelInspector {
  return {
    format: 'onnx',
    recognizes: (directory) => access(join(directory, MODEL_FILE)).then(() => true, () => false),
    async inspect(directory): Promise<InspectedModel> {
      const { signature, fixedRows } = deriveSignature(await readDeclaration(join(directory, MODEL_FILE)));
      return { format: 'onnx', signatures: [{ name: 'serving_default', methodName: 'predict', signature }], fixedRows };
    },
  };
}

async function readDeclaration(file: string): Promise<ModelDeclaration> {
  const runtime = await importRuntime();
  try {
    const session = await runtime.InferenceSession.create(file, { graphOptimizationLevel: 'disabled', intraOpNumThreads: 1, logSeverityLevel: 4 });
    const declared = declaredTensors(session);
    await session.release();
    return await withSingleValues(file, declared);
  } catch (thrown) {
    throw toServingError(thrown, 'model-invalid', reasonOf(thrown, file));
  }
}

/** A tensor of no dimensions is told from one of unknown rank by the file itself. */
async function withSingleValues(file: string, { inputs, outputs }: ModelDeclaration): Promise<ModelDeclaration> {
  if (![...inputs, ...outputs].some(({ shape }) => shape === null)) return { inputs, outputs };
  const stated = await statedRanks(file);
  const closed = (of: TensorDeclaration): TensorDeclaration => (of.shape === null && stated.has(of.name) ? { ...of, shape: [] } : of);
  return { inputs: inputs.map(closed), outputs: outputs.map(closed) };
}

/** Longer words of the library list every kernel it has. */
const MAX_REASON_CHARACTERS = 300;

/** The library's own reason names the operator or type it lacks, which whoever imports the model needs; paths of this machine they must not see. */
function reasonOf(thrown: unknown, file: string): string {
  const words = thrown instanceof Error ? (thrown.message.split('failed:').at(-1) ?? '') : '';
  const isTold = words !== '' && !words.includes(dirname(file)) && !words.includes('onnxruntime_src');
  const reason = isTold ? words.trim().replace(/\.$/, '').slice(0, MAX_REASON_CHARACTERS) : 'it is missing, damaged, or no ONNX model';
  return `The file ${MODEL_FILE} cannot be read as an ONNX model: ${reason}.`;
}
