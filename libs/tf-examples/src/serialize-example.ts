import protobuf from 'protobufjs/minimal.js';
import type { Example, Feature } from './example.js';

/** Field numbers of tensorflow/core/example/{example,feature}.proto, as tags: `number << 3 | wire type`, where 2 is length-delimited. */
const TAGS = { features: 0x0a, entry: 0x0a, key: 0x0a, value: 0x12, bytesList: 0x0a, floatList: 0x12, int64List: 0x1a, listValue: 0x0a } as const;

/**
 * The bytes of a `tf.Example`: what a SavedModel that parses its examples itself takes as its one string input.
 * Later features of a name win over earlier ones, also for whoever reads it, so a context is simply put first.
 */
export function serializeExample(example: Example, context?: Example): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(TAGS.features).fork();
  for (const features of [context, example]) {
    features?.forEach((feature, name) => writeEntry(writer, name, feature));
  }
  return writer.ldelim().finish();
}

/** One entry of the map `Features.feature`. */
function writeEntry(writer: protobuf.Writer, name: string, feature: Feature): void {
  writer.uint32(TAGS.entry).fork();
  writer.uint32(TAGS.key).string(name);
  writer.uint32(TAGS.value).fork();
  writeFeature(writer, feature);
  writer.ldelim().ldelim();
}

function writeFeature(writer: protobuf.Writer, feature: Feature): void {
  switch (feature.kind) {
    case 'bytes':
      writer.uint32(TAGS.bytesList).fork();
      for (const value of feature.values) writer.uint32(TAGS.listValue).bytes(value);
      break;
    case 'float':
      writer.uint32(TAGS.floatList).fork().uint32(TAGS.listValue).fork();
      for (const value of feature.values) writer.float(value);
      writer.ldelim();
      break;
    case 'int64':
      writer.uint32(TAGS.int64List).fork().uint32(TAGS.listValue).fork();
      for (const value of feature.values) writer.int64(halvesOf(value));
      writer.ldelim();
  }
  writer.ldelim();
}

/** protobufjs has no bigint: it takes the two 32-bit halves. */
function halvesOf(value: bigint): protobuf.Long {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: false } as protobuf.Long;
}
