import { ServingError } from '@switchyard/errors';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import { allocate, elementCount, formatShape, tensor, type NumericArray, type Tensor, type TensorMap } from '@switchyard/tensor';
import type { ExampleList, Feature } from './example.js';
import { appendElements, type Element } from './feature-elements.js';
import { serializeExample } from './serialize-example.js';

/** How SavedModels that parse `tf.Example`s themselves name their one string input (classify and regress, and the estimators' predict). */
const SERIALIZED_INPUTS: readonly string[] = ['inputs', 'examples'];
/** A name may be as long as a request. */
const SHOWN_NAME_LENGTH = 100;

/**
 * Examples as the inputs of a model, one row each: every input takes the feature of its own name, flattened in row-major order; features
 * that no input is named after are ignored. A model whose only input is a string tensor named `inputs` or `examples` parses examples
 * itself and gets each of them serialised, unless the examples have a feature of that very name.
 * Messages follow those of TensorFlow's own parser (core/util/example_proto_fast_parsing.cc).
 * @throws ServingError `invalid-input` when there is no example, or a feature is missing, of another kind or of another size.
 */
export function examplesToInputs({ examples, context }: ExampleList, signature: Signature): TensorMap {
  if (examples.length === 0) throw new ServingError('invalid-input', 'Input is empty.');
  const rows = examples.map((example) => (name: string) => example.get(name) ?? context?.get(name));
  const [only, ...others] = signature.inputs;
  if (only !== undefined && others.length === 0 && takesSerialized(only) && rows.every((featureOf) => featureOf(only.name) === undefined)) {
    return new Map([[only.name, tensor('string', [examples.length], examples.map((example) => serializeExample(example, context)))]]);
  }
  return new Map(signature.inputs.map((spec) => [spec.name, collect(spec, rows.map((featureOf) => featureOf(spec.name)))]));
}

function takesSerialized({ name, dtype, shape }: TensorSpec): boolean {
  return dtype === 'string' && shape.length === 1 && SERIALIZED_INPUTS.includes(name);
}

/** One input from the feature of each row. */
function collect(spec: TensorSpec, features: readonly (Feature | undefined)[]): Tensor {
  const elements: Element[] = [];
  const rowShape = shapeOfRows(spec, features[0]);
  const rowSize = elementCount(rowShape);
  features.forEach((feature, index) => {
    const where = `Name: <unknown>, Key: ${spec.name.slice(0, SHOWN_NAME_LENGTH)}, Index: ${index}`;
    if (feature === undefined) {
      throw new ServingError('invalid-input', `Name: <unknown>, Feature: ${spec.name.slice(0, SHOWN_NAME_LENGTH)} (data type: ${spec.dtype}) is required but could not be found.`);
    }
    appendElements(feature, spec.dtype, where, (element) => elements.push(element));
    if (feature.values.length !== rowSize) {
      throw new ServingError('invalid-input', `${where}.  Number of ${feature.kind} values != expected.  Values size: ${feature.values.length} but output shape: ${formatShape(rowShape)}`);
    }
  });
  return tensor(spec.dtype, [features.length, ...rowShape], toData(spec, elements));
}

/** The signature's own shape; one size that it leaves open is told by the first row's number of values, and so is an open rank: a list or one value. */
function shapeOfRows({ name, shape, openRank }: TensorSpec, first: Feature | undefined): number[] {
  if (openRank === true) return first === undefined || first.values.length === 1 ? [] : [first.values.length];
  const row = shape.slice(1);
  const open = row.indexOf(-1);
  if (open === -1) return row;
  if (row.includes(-1, open + 1)) {
    throw new ServingError('invalid-input', `The input "${name}" leaves more than one size open (${formatShape(shape)}); examples, whose features are flat, cannot tell them.`);
  }
  const others = row.reduce((product, size) => (size === -1 ? product : product * size), 1);
  row[open] = others === 0 ? 0 : Math.floor((first?.values.length ?? 0) / others);
  return row;
}

function toData({ dtype }: TensorSpec, elements: readonly Element[]): Tensor['data'] {
  if (dtype === 'string') return elements as readonly Uint8Array[];
  const data = allocate(dtype, elements.length);
  // `appendElements` gave what this array takes; the union types cannot express it.
  (data as NumericArray & { set(from: readonly Element[]): void }).set(elements);
  return data;
}
