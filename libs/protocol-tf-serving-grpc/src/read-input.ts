import {
  Bound, lengthDelimited, readMapEntry, readNested, readScalarField, scalarTags, unpackElements, type RepeatedScalar, type ScalarTags, type WireReader,
} from '@switchyard/protobuf-wire';
import type { Example, ExampleList, Feature } from '@switchyard/tf-examples';

/** An example, a feature, a string: each takes a few bytes on the wire and hundreds in memory. */
const MAX_PARTS = 2 ** 18;

const EXAMPLE_LIST = lengthDelimited(1);
const EXAMPLE_LIST_WITH_CONTEXT = lengthDelimited(2);
const EXAMPLES = lengthDelimited(1);
const CONTEXT = lengthDelimited(2);
const FEATURES = lengthDelimited(1);
const FEATURE = lengthDelimited(1);
const MAP_VALUE = lengthDelimited(2);
const BYTES_LIST = lengthDelimited(1);
const FLOAT_LIST = lengthDelimited(2);
const INT64_LIST = lengthDelimited(3);
const VALUE_FIELD = 1;
const BYTES_VALUE = lengthDelimited(VALUE_FIELD);
const FLOATS = scalarTags([{ field: VALUE_FIELD, wire: 'fixed32' }]);
const INT64S = scalarTags([{ field: VALUE_FIELD, wire: 'varint' }]);

/** Reads a `tensorflow.serving.Input`. @throws ServingError `invalid-input` */
export function readInput(reader: WireReader): ExampleList {
  const bound = new Bound('examples, features and strings', MAX_PARTS);
  let list: ExampleList = { examples: [] };
  readNested(reader, (tag) => {
    if (tag !== EXAMPLE_LIST && tag !== EXAMPLE_LIST_WITH_CONTEXT) return false;
    list = readExampleList(reader, tag === EXAMPLE_LIST_WITH_CONTEXT, bound);
    return true;
  });
  return list;
}

function readExampleList(reader: WireReader, hasContext: boolean, bound: Bound): ExampleList {
  const examples: Example[] = [];
  let context: Example | undefined;
  readNested(reader, (tag) => {
    if (tag === EXAMPLES) examples.push(readExample(reader, bound));
    else if (tag === CONTEXT && hasContext) context = readExample(reader, bound);
    else return false;
    return true;
  });
  return { examples, ...(context === undefined ? {} : { context }) };
}

function readExample(reader: WireReader, bound: Bound): Example {
  bound.add();
  const example = new Map<string, Feature>();
  readNested(reader, (tag) => {
    if (tag !== FEATURES) return false;
    readNested(reader, (inner) => {
      if (inner !== FEATURE) return false;
      readFeatureEntry(reader, example, bound);
      return true;
    });
    return true;
  });
  return example;
}

function readFeatureEntry(reader: WireReader, example: Map<string, Feature>, bound: Bound): void {
  bound.add();
  let feature: Feature | undefined;
  const name = readMapEntry(reader, MAP_VALUE, () => (feature = readFeature(reader, bound)));
  if (feature !== undefined) example.set(name, feature);
}

/** The last of the kinds that are there counts, as in every oneof; a feature without one is as good as absent. */
function readFeature(reader: WireReader, bound: Bound): Feature | undefined {
  let feature: Feature | undefined;
  readNested(reader, (tag) => {
    if (tag === BYTES_LIST) feature = { kind: 'bytes', values: readStrings(reader, bound) };
    else if (tag === FLOAT_LIST) feature = { kind: 'float', values: unpackElements('float32', 'fixed', readScalars(reader, FLOATS)) as Float32Array };
    else if (tag === INT64_LIST) feature = { kind: 'int64', values: unpackElements('int64', 'varint', readScalars(reader, INT64S)) as BigInt64Array };
    else return false;
    return true;
  });
  return feature;
}

function readStrings(reader: WireReader, bound: Bound): Uint8Array[] {
  const strings: Uint8Array[] = [];
  readNested(reader, (tag) => {
    if (tag !== BYTES_VALUE) return false;
    bound.add();
    strings.push(reader.bytes());
    return true;
  });
  return strings;
}

function readScalars(reader: WireReader, tags: ScalarTags): Uint8Array {
  const values = new Map<number, RepeatedScalar>();
  readNested(reader, (tag) => readScalarField(reader, tag, { tags, values }));
  return values.get(VALUE_FIELD)?.bytes ?? new Uint8Array(0);
}
