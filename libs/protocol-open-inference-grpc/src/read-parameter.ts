import { fixed64, lengthDelimited, readNested, readText, varint, type WireReader } from '@switchyard/protobuf-wire';

/** What an `InferParameter` holds; undefined when it holds nothing. */
export type ParameterValue = boolean | number | string | undefined;

/** Parameters by name. A Map, so that no name (`__proto__`) is special. */
export type Parameters = Map<string, ParameterValue>;

const BOOL = varint(1);
const INT64 = varint(2);
const STRING = lengthDelimited(3);
const DOUBLE = fixed64(4);
const UINT64 = varint(5);

/** Reads an `inference.InferParameter`. 64-bit integers become numbers: no priority, timeout or count needs more than their 53 bits. */
export function readParameter(reader: WireReader): ParameterValue {
  let value: ParameterValue;
  readNested(reader, (tag) => {
    if (tag === BOOL) value = reader.bool();
    else if (tag === INT64) value = Number(reader.int64());
    else if (tag === UINT64) value = Number(reader.uint64());
    else if (tag === STRING) value = readText(reader);
    else if (tag === DOUBLE) value = reader.double();
    else return false;
    return true;
  });
  return value;
}
