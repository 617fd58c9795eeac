import type { ModelFormat, TensorSpec } from '@switchyard/model-registry';
import type { TensorDeclaration } from './assert-signature.js';
import { defineEngine } from './define-engine.js';
import type { Engine, EngineName } from './engine.js';
import { REFERENCE_MODELS, type ReferenceModel } from './reference-models.js';

export interface InMemoryEngineOptions {
  readonly name?: EngineName;
  readonly formats?: readonly ModelFormat[];
  /** Models by the `artifact.directory` that loads them; by default the reference models by their names. */
  readonly models?: ReadonlyMap<string, ReferenceModel>;
}

/** An engine without files or native code: for tests of everything above an engine, and the conformance suite's own reference. */
export function createInMemoryEngine(options: InMemoryEngineOptions = {}): Engine {
  const models = options.models ?? new Map<string, ReferenceModel>(Object.entries(REFERENCE_MODELS));
  return defineEngine({
    name: options.name ?? 'onnx',
    formats: options.formats ?? ['onnx'],
    maxConcurrentRuns: 1,
    async read({ directory }) {
      const model = models.get(directory);
      if (model === undefined) throw new RangeError(`no model "${directory}" in memory`);
      return {
        declared: { inputs: model.signature.inputs.map(declare), outputs: model.signature.outputs.map(declare) },
        run: async (inputs) => model.run(inputs),
        release: async () => undefined,
      };
    },
  });
}

function declare(spec: TensorSpec): TensorDeclaration {
  return { name: spec.name, dtype: spec.dtype, shape: spec.shape.map((size) => (size === -1 ? null : size)) };
}
