import { ServingError } from '@switchyard/errors';
import { jsonText, type Json } from '@switchyard/json-numbers';
import type { Manifest } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';
import { assertClassifies, assertRegresses, examplesToInputs, type Example, type Feature } from '@switchyard/tf-examples';
import { formatError } from './format-error.js';
import { decodeBase64, isBase64Object, typeName } from './json-elements.js';
import { parseJson } from './parse-json.js';
import { readDocument } from './read-document.js';
import { isServedSignature, shownName } from './served-version.js';

/** The calls that take examples, with the name that their signatures bear by convention (cc/saved_model/signature_constants.h). */
const METHOD_SIGNATURES = { classify: 'tensorflow/serving/classify', regress: 'tensorflow/serving/regress' } as const;

const INT64_LIMIT = 2n ** 63n;

/**
 * Decodes the body of `POST /v1/models/<name>:classify` or `:regress`: a list of examples, features by name, and features that all share.
 * Whole numbers and truth values are int64 features, numbers with a point or an exponent float ones, texts and `{"b64": …}` bytes.
 * Rules and messages are those of TensorFlow Serving's util/json_tensor.cc.
 * @throws ServingError `invalid-input`, also when the outputs of the model are no classes, or no regression.
 */
export function decodeExamples(body: Uint8Array, method: 'classify' | 'regress', served: Pick<Manifest, 'signature' | 'signatureName'>): TensorMap {
  const { members, signatureName } = readDocument(parseJson(body, { integersAreBigint: true }));
  const given = members.get('context');
  const context = given === undefined ? {} : { context: toExample(given) };
  const examples = listOf(members).map(toExample);
  if (signatureName !== METHOD_SIGNATURES[method] && !isServedSignature(signatureName, served)) {
    throw new ServingError('invalid-input', `No signature was found with the name: ${shownName(signatureName!)}`);
  }
  if (method === 'classify') assertClassifies(served.signature);
  else assertRegresses(served.signature);
  return examplesToInputs({ examples, ...context }, served.signature);
}

function listOf(members: ReadonlyMap<string, Json>): readonly Json[] {
  const examples = members.get('examples');
  if (examples === undefined) throw formatError(members, "When method is classify, key 'examples' is expected and was not found");
  if (!Array.isArray(examples)) throw formatError(members, "Expecting 'examples' value to be an list/array");
  if (examples.length === 0) throw formatError(members, "'examples' value is an empty array");
  return examples as readonly Json[];
}

function toExample(value: Json): Example {
  if (!(value instanceof Map)) throw new ServingError('invalid-input', `Example must be JSON object but got JSON ${typeName(value)}`);
  return new Map([...(value as ReadonlyMap<string, Json>)].map(([name, content]) => [name, toFeature(name, content)]));
}

/** The kind of the first value is that of all. An empty list has none; any will do. */
function toFeature(name: string, content: Json): Feature {
  const values = (Array.isArray(content) ? content : [content]) as readonly Json[];
  const elements = values.map((value) => toFeatureElement(name, value));
  const kind = elements[0]?.kind ?? 'float';
  if (elements.some((element) => element.kind !== kind)) {
    throw new ServingError('invalid-input', `Unexpected element type in feature: ${shownFeature(name)} expecting type: ${kind}`);
  }
  return { kind, values: elements.map(({ value }) => value) } as Feature;
}

interface FeatureElement {
  readonly kind: Feature['kind'];
  readonly value: Uint8Array | number | bigint;
}

function toFeatureElement(name: string, value: Json): FeatureElement {
  if (typeof value === 'string') return { kind: 'bytes', value: Buffer.from(value, 'utf8') };
  if (typeof value === 'number') return { kind: 'float', value };
  if (typeof value === 'boolean') return { kind: 'int64', value: value ? 1n : 0n };
  if (typeof value === 'bigint') return int64(name, value);
  if (isBase64Object(value)) return { kind: 'bytes', value: decodeBase64(value) };
  throw new ServingError('invalid-input', `Feature: ${shownFeature(name)} has element with unexpected JSON type: ${typeName(value)}`);
}

/** Beyond 64 bits RapidJSON reads a double. */
function int64(name: string, value: bigint): FeatureElement {
  if (value >= 2n * INT64_LIMIT || value < -INT64_LIMIT) return { kind: 'float', value: Number(value) };
  if (value < INT64_LIMIT) return { kind: 'int64', value };
  throw new ServingError('invalid-input', `Feature: ${shownFeature(name)} has uint64_t element. Only int64_t is supported.`);
}

function shownFeature(name: string): string {
  return jsonText(name).slice(1, -1);
}
