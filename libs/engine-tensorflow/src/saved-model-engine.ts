import type * as tfjsNode from '@tensorflow/tfjs-node';
import { defineEngine, type Engine, type ModelArtifact, type ModelDeclaration, type NativeModel } from '@switchyard/engine';
import { ServingError } from '@switchyard/errors';
import type { TensorMap } from '@switchyard/tensor';
import { carryInt64 } from './carry-int64.js';
import { loadTensorflow, type Tensorflow } from './load-tensorflow.js';
import { SERVING_TAGS, readSignatures } from './read-signatures.js';
import { fromSavedModelTensor, toSavedModelTensor } from './saved-model-tensors.js';

type TfSavedModel = Awaited<ReturnType<Tensorflow['node']['loadSavedModel']>>;

/**
 * The engine for TensorFlow's SavedModels, on the native library; tensors go by the names of the signature, not of the graph.
 * The library aborts its process on some inputs that a signature with open ranks or sizes allows: a service hosts each model in a
 * process of its own.
 */
export function createSavedModelEngine(): Engine {
  return defineEngine({
    name: 'tensorflow',
    formats: ['saved-model'],
    maxConcurrentRuns: 1,
    async read(artifact) {
      const tf = await loadTensorflow();
      carryInt64(tf);
      const { name, declared } = await readDeclaration(artifact);
      return nativeModel(tf, await tf.node.loadSavedModel(artifact.directory, [...SERVING_TAGS], name), declared);
    },
  });
}

/** @throws ServingError `model-invalid` when the file has no signature of that name. */
async function readDeclaration({ directory, signatureName = 'serving_default' }: ModelArtifact): Promise<{ name: string; declared: ModelDeclaration }> {
  const signatures = await readSignatures(directory);
  const found = signatures.find(({ name }) => name === signatureName);
  if (found !== undefined) return { name: found.name, declared: found.declaration() };
  const names = signatures.map(({ name }) => `"${name}"`).join(', ');
  throw new ServingError('model-invalid', `The SavedModel has no signature "${signatureName}"; its signatures: ${names}.`);
}

function nativeModel(tf: Tensorflow, model: TfSavedModel, declared: ModelDeclaration): NativeModel {
  return {
    declared,
    async run(inputs) {
      const answers = tf.tidy(() => predict(tf, model, inputs));
      try {
        return new Map(await Promise.all(Object.entries(answers).map(async ([name, answer]) => [name, await fromSavedModelTensor(answer)] as const)));
      } finally {
        tf.dispose(answers);
      }
    },
    release: async () => model.dispose(),
  };
}

function predict(tf: Tensorflow, model: TfSavedModel, inputs: TensorMap): tfjsNode.NamedTensorMap {
  const feeds = Object.fromEntries([...inputs].map(([name, of]) => [name, toSavedModelTensor(tf, of)]));
  return withoutWarnings(() => model.predict(feeds) as tfjsNode.NamedTensorMap);
}

/** The library tells the console of every 64-bit answer how it hands it out; we rely on that (`fromSavedModelTensor`). */
function withoutWarnings<Result>(act: () => Result): Result {
  const target = globalThis.console;
  const { warn } = target;
  target.warn = () => undefined;
  try {
    return act();
  } finally {
    target.warn = warn;
  }
}
