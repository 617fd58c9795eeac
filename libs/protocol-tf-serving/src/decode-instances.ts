import { ServingError } from '@switchyard/errors';
import { jsonText, toTensorData, type Json } from '@switchyard/json-numbers';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import { formatShape, tensor, type Shape, type TensorMap } from '@switchyard/tensor';
import { collectElements, shapeOfFirst, type Collected } from './collect-elements.js';
import { isBase64Object } from './json-elements.js';

/**
 * Row format: each instance is one row of every input, a bare value for a model of one input, else an object of values by input name.
 * All instances must have the shape of the first.
 * @throws ServingError `invalid-input` with TensorFlow Serving's words.
 */
export function decodeInstances(instances: readonly Json[], signature: Signature): TensorMap {
  const asObjects = isNamedValues(instances[0]!);
  const [only, ...others] = signature.inputs;
  if (!asObjects && others.length > 0) {
    throw new ServingError('invalid-input', 'instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map');
  }
  const inputs = new Map(signature.inputs.map((spec) => [spec.name, new RowCollector(spec)]));
  instances.forEach((instance, index) => {
    if (asObjects) addNamedValues(instance, index, inputs);
    else addPlainValue(instance, index, inputs.get(only!.name)!);
  });
  return new Map([...inputs].map(([name, rows]) => [name, rows.tensor(instances.length)]));
}

/** The rows of one input, as they come. */
class RowCollector {
  readonly #collected: Collected;
  #shape: Shape | undefined;

  constructor(spec: TensorSpec) {
    this.#collected = { dtype: spec.dtype, elements: [] };
  }

  add(value: Json): void {
    const shape = shapeOfFirst(value);
    const before = this.#collected.elements.length;
    collectElements(value, shape, this.#collected);
    const expected = (this.#shape ??= shape);
    if (formatShape(shape) === formatShape(expected)) return;
    const size = this.#collected.elements.length - before;
    const expectedSize = expected.reduce((product, length) => product * length, 1);
    throw new ServingError('invalid-input', size === expectedSize
      ? `Expecting shape ${formatShape(expected)} but got: ${formatShape(shape)}`
      : `Expecting tensor size: ${expectedSize} but got: ${size}`);
  }

  tensor(rows: number): ReturnType<typeof tensor> {
    const { dtype, elements } = this.#collected;
    return tensor(dtype, [rows, ...(this.#shape ?? [])], toTensorData(elements, dtype));
  }
}

function isNamedValues(value: Json): value is ReadonlyMap<string, Json> {
  return value instanceof Map && !isBase64Object(value);
}

function addPlainValue(instance: Json, index: number, rows: RowCollector): void {
  if (isNamedValues(instance)) throw new ServingError('invalid-input', `Expecting value/list but got object at item ${index} of input list`);
  naming(`Failed to process element: ${index} of 'instances' list.`, () => rows.add(instance));
}

function addNamedValues(instance: Json, index: number, inputs: ReadonlyMap<string, RowCollector>): void {
  if (!isNamedValues(instance)) throw new ServingError('invalid-input', `Expecting object but got list at item ${index} of input list`);
  for (const [name, value] of instance) {
    naming(`Failed to process element: ${index} key: ${jsonText(name).slice(1, -1)} of 'instances' list.`, () => {
      const rows = inputs.get(name);
      if (rows === undefined) throw new ServingError('invalid-input', `JSON object: does not have named input: ${jsonText(name).slice(1, -1)}`);
      rows.add(value);
    });
  }
  if (instance.size !== inputs.size) {
    const names = [...inputs.keys()].sort().join(',');
    throw new ServingError('invalid-input', `Failed to process element: ${index} of 'instances' list. JSON object: ${jsonText(instance)} keys must be equal to: ${names}`);
  }
}

/** Says which instance an error is about, as TensorFlow Serving prints a status inside a status. */
function naming(where: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    throw new ServingError(error.kind, `${where} Error: INVALID_ARGUMENT: ${error.message}`, { cause: error });
  }
}
