import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelDeclaration, TensorDeclaration } from '@switchyard/engine';
import { ServingError } from '@switchyard/errors';
import type { MethodName } from '@switchyard/model-registry';
import { TENSORFLOW_TYPES, decodeSavedModel, type SavedModelProto, type SignatureDef, type TensorInfo } from './saved-model-proto.js';
import { INPUT_DTYPES, OUTPUT_DTYPES } from './saved-model-tensors.js';

/** The graph meant for serving; others are for training, or for hardware we do not have. */
export const SERVING_TAGS = ['serve'];

export const SAVED_MODEL_FILE = 'saved_model.pb';

/** One signature, as the file has it. */
export interface DeclaredSignature {
  readonly name: string;
  readonly methodName: MethodName;
  /** @throws ServingError `model-invalid` naming the tensor that cannot be served. */
  declaration(): ModelDeclaration;
}

/**
 * The signatures of the serving graph in a folder with a `saved_model.pb`, `serving_default` first, then by name; those of TensorFlow's own are left out.
 * @throws ServingError `model-invalid` when there is none
 */
export async function readSignatures(directory: string): Promise<DeclaredSignature[]> {
  const { metaGraphs } = await readSavedModel(directory);
  const graph = metaGraphs.find(({ metaInfoDef }) => metaInfoDef?.tags.join() === SERVING_TAGS.join());
  if (graph === undefined) {
    const tags = metaGraphs.map(({ metaInfoDef }) => `[${metaInfoDef?.tags.join(', ') ?? ''}]`).join(', ') || 'none';
    throw new ServingError('model-invalid', `The SavedModel has no graph with the tags [${SERVING_TAGS.join()}]; its graphs have the tags ${tags}.`);
  }
  const names = Object.keys(graph.signatureDef).filter((name) => !name.startsWith('__saved_model_')).sort(defaultFirst);
  if (names.length === 0) throw new ServingError('model-invalid', 'The SavedModel has no signature; export it with one, such as serving_default.');
  return names.map((name) => declaredSignature(name, graph.signatureDef[name] as SignatureDef));
}

async function readSavedModel(directory: string): Promise<SavedModelProto> {
  try {
    return decodeSavedModel(await readFile(join(directory, SAVED_MODEL_FILE)));
  } catch (cause) {
    throw new ServingError('model-invalid', `The file ${SAVED_MODEL_FILE} cannot be read as a SavedModel: it is missing, damaged, or something else.`, { cause });
  }
}

const DEFAULT_SIGNATURE = 'serving_default';

function defaultFirst(a: string, b: string): number {
  return Number(b === DEFAULT_SIGNATURE) - Number(a === DEFAULT_SIGNATURE) || a.localeCompare(b);
}

function declaredSignature(name: string, { inputs, outputs, methodName }: SignatureDef): DeclaredSignature {
  return {
    name,
    methodName: METHODS[methodName] ?? 'predict',
    declaration: () => ({
      inputs: Object.entries(inputs).map(([input, info]) => declaredTensor(`input "${input}" of the signature "${name}"`, input, INPUT_DTYPES[info.dtype], info)),
      outputs: Object.entries(outputs).map(([output, info]) => declaredTensor(`output "${output}" of the signature "${name}"`, output, OUTPUT_DTYPES[info.dtype], info)),
    }),
  };
}

const METHODS: Readonly<Record<string, MethodName>> = {
  'tensorflow/serving/predict': 'predict',
  'tensorflow/serving/classify': 'classify',
  'tensorflow/serving/regress': 'regress',
};

function declaredTensor(label: string, name: string, dtype: TensorDeclaration['dtype'] | undefined, info: TensorInfo): TensorDeclaration {
  if (info.cooSparse !== undefined && info.cooSparse !== null) throw unserved(`The ${label} is a sparse tensor; only dense ones can be served.`);
  if (info.compositeTensor !== undefined && info.compositeTensor !== null) throw unserved(`The ${label} is a ragged or composite tensor; only dense ones can be served.`);
  if (dtype === undefined || dtype === null) {
    throw unserved(`The ${label} is ${TENSORFLOW_TYPES[info.dtype] ?? `of type ${info.dtype}`}; the engine for SavedModels cannot carry that.`);
  }
  const { tensorShape } = info;
  const isOpen = tensorShape === undefined || tensorShape === null || tensorShape.unknownRank;
  return { name, dtype, shape: isOpen ? null : tensorShape.dim.map(({ size }) => (size < 0 ? null : size)) };
}

function unserved(message: string): ServingError {
  return new ServingError('model-invalid', message);
}
