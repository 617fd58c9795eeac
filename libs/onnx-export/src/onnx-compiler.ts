import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCompiler } from '@switchyard/training';
import { ExportRefusal } from './export-refusal.js';
import { readLayersModel } from './read-layers-model.js';

/** The name under which the compiled model lies in its folder. */
const MODEL_FILE = 'model.onnx';

/**
 * Compiles tfjs layers models to ONNX without TensorFlow. What it cannot express is the reason in its answer.
 * The exporter is imported at the first compilation: a trainer that only waits for its schedule need not hold protobuf's reflection.
 * `compile` throws ServingError `model-invalid` only when the source folder holds no readable layers model.
 */
export function createOnnxCompiler(): ModelCompiler {
  return {
    from: 'tfjs-layers',
    to: 'onnx',
    async compile(sourceDirectory, targetDirectory) {
      const { exportLayersModel } = await import('./export-layers-model.js');
      try {
        const bytes = exportLayersModel(await readLayersModel(sourceDirectory));
        await mkdir(targetDirectory, { recursive: true });
        await writeFile(join(targetDirectory, MODEL_FILE), bytes);
        return { compiled: true };
      } catch (thrown) {
        if (thrown instanceof ExportRefusal) return { compiled: false, reason: thrown.message };
        throw thrown;
      }
    },
  };
}
