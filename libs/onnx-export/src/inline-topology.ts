import { ServingError } from '@switchyard/errors';
import { ExportRefusal } from './export-refusal.js';
import type { Layer, LayerCall, LayersModel, ModelInput, ModelOutput, TensorId, Weight } from './layers-model.js';
import {
  functionalConfig,
  isModel,
  isSequential,
  layerConfig,
  parseTopology,
  sequentialConfig,
  type FunctionalConfig,
  type LayerEntry,
  type TensorReference,
} from './topology-schema.js';

/** Weights by layer name, then by short name. */
export type LayerWeights = ReadonlyMap<string, ReadonlyMap<string, Weight>>;

/**
 * Turns a saved topology into straight-line calls, nested models inlined and shared layers called more than once.
 * @throws ServingError `model-invalid` when the topology contradicts itself.
 * @throws ExportRefusal when it is in a form that tfjs itself does not read.
 */
export function inlineTopology(topology: unknown, weights: LayerWeights): LayersModel {
  const unrolled = new Unrolling(weights);
  const outputs = unrolled.model(parseTopology(topology));
  return { inputs: unrolled.inputs, outputs, calls: unrolled.calls };
}

type FunctionalEntry = FunctionalConfig['layers'][number];

/** A call of a layer whose inputs may not have been computed yet. */
interface PendingCall {
  readonly layer: FunctionalEntry;
  readonly references: readonly TensorReference[];
}

/** Grows the list of calls while models are walked; `given` holds the tensors that a nested model is called on. */
class Unrolling {
  readonly inputs: ModelInput[] = [];
  readonly calls: LayerCall[] = [];
  readonly #weights: LayerWeights;
  #tensors = 0;

  constructor(weights: LayerWeights) {
    this.#weights = weights;
  }

  /** The outputs of one use of a model, named as tfjs names them. */
  model(entry: LayerEntry, given?: readonly TensorId[]): readonly ModelOutput[] {
    return isSequential(entry) ? [this.#sequential(entry, given)] : this.#functional(entry, given);
  }

  #sequential(entry: LayerEntry, given?: readonly TensorId[]): ModelOutput {
    const [first, ...rest] = sequentialConfig(entry).layers as [LayerEntry, ...LayerEntry[]];
    return rest.reduce<ModelOutput>((last, layer) => this.#apply(layer, [last.tensor]), this.#sequentialStart(first, given));
  }

  /** A Sequential model without an InputLayer gets an input named after its first layer, as in tfjs' `Sequential.add`. */
  #sequentialStart(first: LayerEntry, given?: readonly TensorId[]): ModelOutput {
    if (isModel(first)) return only(this.model(first, given), first);
    const { name } = layerConfig(first);
    if (first.className === 'InputLayer') return { name, tensor: given?.[0] ?? this.#input(first, name) };
    return this.#apply(first, [given?.[0] ?? this.#input(first, `${name}_input`)]);
  }

  #functional(entry: LayerEntry, given?: readonly TensorId[]): readonly ModelOutput[] {
    const config = functionalConfig(entry);
    const written = new Map<string, readonly TensorId[]>();
    config.inputLayers.forEach(([name], index) => {
      const layer = config.layers.find((candidate) => candidate.name === name);
      if (layer === undefined) throw new ServingError('model-invalid', `The topology has no layer "${name}", which it names as an input.`);
      written.set(name, [given?.[index] ?? this.#input(layer, name)]);
    });
    this.#callWhenReady(
      config.layers.filter((layer) => !written.has(layer.name)),
      written,
    );
    return config.outputLayers.map((reference) => {
      const tensor = find(reference, config.layers, written);
      if (tensor === undefined) throw new ServingError('model-invalid', `Nothing in the topology computes the output "${reference[0]}".`);
      return { name: reference[0], tensor };
    });
  }

  /** Layers may be listed in any order and called several times; a call is made as soon as its inputs are there. */
  #callWhenReady(layers: readonly FunctionalEntry[], written: Map<string, readonly TensorId[]>): void {
    let waiting: readonly PendingCall[] = layers.flatMap((layer) =>
      (layer.inboundNodes ?? []).map((references) => ({ layer, references })),
    );
    while (waiting.length > 0) {
      const blocked: PendingCall[] = [];
      for (const call of waiting) {
        const inputs = call.references.map((reference) => find(reference, layers, written));
        // A layer's calls are numbered, so a later one must not overtake one that waits.
        if (inputs.includes(undefined) || blocked.some(({ layer }) => layer === call.layer)) {
          blocked.push(call);
          continue;
        }
        const { tensor } = this.#apply(call.layer, inputs as readonly TensorId[]);
        written.set(call.layer.name, [...(written.get(call.layer.name) ?? []), tensor]);
      }
      if (blocked.length === waiting.length) {
        throw new ServingError('model-invalid', `The topology never computes what layer "${blocked[0]?.layer.name}" reads.`);
      }
      waiting = blocked;
    }
  }

  #apply(entry: LayerEntry, inputs: readonly TensorId[]): ModelOutput {
    if (isModel(entry)) {
      const { tensor } = only(this.model(entry, inputs), entry);
      return { name: nameOf(entry), tensor };
    }
    const layer = this.#layer(entry);
    const output = this.#newTensor();
    this.calls.push({ layer, inputs, output });
    return { name: layer.name, tensor: output };
  }

  #layer(entry: LayerEntry): Layer {
    const config = layerConfig(entry);
    return { name: config.name, className: entry.className, config, weights: this.#weights.get(config.name) ?? new Map() };
  }

  #input(entry: LayerEntry, name: string): TensorId {
    const config = layerConfig(entry);
    const shape = rowShape(config, name);
    const tensor = this.#newTensor();
    this.inputs.push({ name, shape, dtype: typeof config['dtype'] === 'string' ? config['dtype'] : 'float32', tensor });
    return tensor;
  }

  #newTensor(): TensorId {
    return this.#tensors++;
  }
}

/** Keras counts a nested model's own construction as its call 0, so the calls in the outer model begin at 1. */
function find(
  reference: TensorReference,
  layers: readonly LayerEntry[],
  written: ReadonlyMap<string, readonly TensorId[]>,
): TensorId | undefined {
  const [name, call, output] = reference;
  if (output !== 0) throw new ExportRefusal(`Layer "${name}" has several outputs; the ONNX export knows layers of one output.`);
  const source = layers.find((layer) => layer.name === name);
  return written.get(name)?.[source !== undefined && isModel(source) ? call - 1 : call];
}

function only(outputs: readonly ModelOutput[], entry: LayerEntry): ModelOutput {
  const [output] = outputs;
  if (output === undefined || outputs.length > 1) {
    throw new ExportRefusal(
      `Layer "${nameOf(entry)}" is a model of ${outputs.length} outputs; the ONNX export nests models of one output.`,
    );
  }
  return output;
}

function nameOf(entry: LayerEntry): string {
  if (entry.name !== undefined) return entry.name;
  const name = (entry.config as { readonly name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : entry.className;
}

/** `batchInputShape` without the batch; Keras also writes `batchShape`. */
function rowShape(config: Readonly<Record<string, unknown>>, inputName: string): readonly (number | null)[] {
  const shape = config['batchInputShape'] ?? config['batchShape'];
  if (Array.isArray(shape)) return shape.slice(1) as readonly (number | null)[];
  throw new ServingError('model-invalid', `The topology gives no shape for the input "${inputName}".`);
}
