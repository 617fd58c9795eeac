import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { deriveSignature, type InspectedModel, type ModelInspector } from '@switchyard/engine';
import { graphModel, layersModel, type TfjsModel } from '@switchyard/engine-tfjs';
import { toServingError } from '@switchyard/errors';
import { folderIoHandler } from './folder-io-handler.js';
import { startWasmBackend } from './start-wasm-backend.js';

export type TfjsFormat = 'tfjs-layers' | 'tfjs-graph';

const MODEL_FILE = 'model.json';

/**
 * Inspects TensorFlow.js models (`model.json` and weight shards), one of the two formats, on WebAssembly: no native library is loaded.
 * The library itself rebuilds the layers, since only it knows which shape each of them answers. There is one signature, without a name.
 */
export function createTfjsInspector(format: TfjsFormat): ModelInspector {
  return {
    format,
    recognizes: async (directory) => (await formatOf(directory)) === format,
    async inspect(directory): Promise<InspectedModel> {
      await startWasmBackend();
      const model = await readModel(format, directory);
      try {
        const { signature, fixedRows } = deriveSignature(model);
        return { format, signatures: [{ name: 'serving_default', methodName: 'predict', signature }], fixedRows };
      } finally {
        model.dispose();
      }
    },
  };
}

/** What is read of `model.json` to tell the formats apart. */
interface ModelJson {
  readonly format?: string;
  readonly modelTopology?: { readonly node?: unknown; readonly model_config?: unknown };
}

/** Both formats have the same file names; the file says which it is, those of old converters only by what they hold. */
async function formatOf(directory: string): Promise<TfjsFormat | null> {
  const { format, modelTopology } = await readFile(join(directory, MODEL_FILE), 'utf8').then((text) => JSON.parse(text) as ModelJson).catch((): ModelJson => ({}));
  if (format === 'layers-model' || modelTopology?.model_config !== undefined) return 'tfjs-layers';
  return format === 'graph-model' || modelTopology?.node !== undefined ? 'tfjs-graph' : null;
}

async function readModel(format: TfjsFormat, directory: string): Promise<TfjsModel> {
  try {
    const files = folderIoHandler(directory);
    return format === 'tfjs-layers' ? layersModel(await loadLayersModel(files)) : graphModel(await loadGraphModel(files));
  } catch (thrown) {
    throw toServingError(thrown, 'model-invalid', `The file ${MODEL_FILE} cannot be read as a ${format} model: ${reasonOf(thrown)}.`);
  }
}

/** What the library says of a layer it does not have helps whoever imports the model; its other words may hold paths. */
function reasonOf(thrown: unknown): string {
  const layer = thrown instanceof Error ? /Unknown layer: (\w{1,64})/.exec(thrown.message)?.[1] : undefined;
  if (layer === undefined) return 'it or one of its weight files is missing, damaged, or of another format';
  return `it has layers of the class ${layer}, which TensorFlow.js does not have`;
}
