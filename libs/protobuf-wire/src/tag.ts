/**
 * What stands before each field on the wire: its number and how its value is written
 * (https://protobuf.dev/programming-guides/encoding/#structure). A reader compares whole tags, so that a field written in another way
 * than its type asks for is an unknown field, as every protobuf library treats it.
 */
const tag = (wireType: number) => (field: number): number => (field << 3) | wireType;

/** Integers, bools, enums. */
export const varint = tag(0);
/** double, fixed64. */
export const fixed64 = tag(1);
/** Strings, bytes, nested messages, packed repeated numbers. */
export const lengthDelimited = tag(2);
/** float, fixed32. */
export const fixed32 = tag(5);
