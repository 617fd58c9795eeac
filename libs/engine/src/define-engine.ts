import { ServingError, toServingError } from '@switchyard/errors';
import type { TensorMap } from '@switchyard/tensor';
import type { ModelFormat, Signature } from '@switchyard/model-registry';
import { assertSignature, type ModelDeclaration } from './assert-signature.js';
import type { Engine, EngineName, LoadedModel, ModelArtifact } from './engine.js';
import { fixedRowsOf } from './fixed-rows.js';
import { NativeLoadedModel } from './native-loaded-model.js';
import { withFixedRows } from './with-fixed-rows.js';

/** One model as its library holds it: the part of an engine that knows the technology. */
export interface NativeModel {
  readonly declared: ModelDeclaration;
  /**
   * Outputs by the signature's names, in any order, in memory that no later run touches. May throw anything.
   * Where `declared` fixes dimension 0 of the inputs, it is given exactly so many rows.
   */
  run(inputs: TensorMap): Promise<TensorMap>;
  /** Called once, after the last run has ended. */
  release(): Promise<void>;
}

export interface EngineDefinition {
  readonly name: EngineName;
  readonly formats: readonly ModelFormat[];
  /** How many runs of one model gain from overlapping. */
  readonly maxConcurrentRuns: number;
  /** Reads the files. A thrown ServingError passes through; anything else becomes `model-invalid`. Must leave nothing behind when it throws. */
  read(artifact: ModelArtifact): Promise<NativeModel>;
}

/**
 * Makes an `Engine` of the part that knows the technology: checks format and signature, names errors,
 * and keeps count of models and runs so that `dispose` and `close` are idempotent and wait for what is in flight.
 */
export function defineEngine(definition: EngineDefinition): Engine {
  const models = new Set<LoadedModel>();
  const loading = new Set<Promise<LoadedModel>>();
  let closing: Promise<void> | undefined;

  const load = async (artifact: ModelArtifact): Promise<LoadedModel> => {
    if (!definition.formats.includes(artifact.format)) throw wrongFormat(definition, artifact);
    const native = await readNative(definition, artifact);
    const model = new NativeLoadedModel({ ...definition, native, signature: artifact.signature, onDispose: () => models.delete(model) });
    models.add(model);
    return model;
  };

  return {
    name: definition.name,
    formats: definition.formats,
    async load(artifact) {
      if (closing !== undefined)
        throw new ServingError('engine-unavailable', `The ${definition.name} engine is closed and loads no more models.`);
      const pending = load(artifact);
      loading.add(pending);
      return await pending.finally(() => loading.delete(pending));
    },
    close() {
      closing ??= (async () => {
        await Promise.allSettled(loading);
        await Promise.all([...models].map((model) => model.dispose()));
      })();
      return closing;
    },
  };
}

async function readNative(definition: EngineDefinition, artifact: ModelArtifact): Promise<NativeModel> {
  let native: NativeModel;
  try {
    native = await definition.read(artifact);
  } catch (thrown) {
    throw toServingError(
      thrown,
      'model-invalid',
      `The ${definition.name} engine cannot read this model: its files are no valid ${artifact.format} model.`,
    );
  }
  try {
    const open = withAnyRows(native, artifact.signature);
    assertSignature(artifact.signature, open.declared);
    return open;
  } catch (mismatch) {
    await native.release();
    throw mismatch;
  }
}

/** A file that fixes the number of rows is split and padded to it. Outputs that the signature leaves out need not have rows. */
function withAnyRows(native: NativeModel, signature: Signature): NativeModel {
  const { inputs, outputs } = native.declared;
  const rows = fixedRowsOf({ inputs, outputs: outputs.filter(({ name }) => signature.outputs.some((spec) => spec.name === name)) });
  return rows === null ? native : withFixedRows(native, rows);
}

function wrongFormat(definition: EngineDefinition, artifact: ModelArtifact): ServingError {
  return new ServingError(
    'engine-unavailable',
    `The ${definition.name} engine runs ${definition.formats.join(', ')}; the model comes as ${artifact.format}.`,
  );
}
