import type { WireReader } from './read-message.js';
import { RepeatedScalar } from './repeated-scalar.js';
import { fixed32, fixed64, lengthDelimited, varint } from './tag.js';

/** A repeated number field: its number, and how one value is written. */
export interface ScalarField {
  readonly field: number;
  readonly wire: 'varint' | 'fixed32' | 'fixed64';
}

/** The tags that a message's repeated number fields may stand under: packed, or one for each value. */
export type ScalarTags = ReadonlyMap<number, { readonly field: number; readonly isPacked: boolean }>;

const LONE_TAG = { varint, fixed32, fixed64 } as const;

/** The tags of these fields. */
export function scalarTags(fields: Iterable<ScalarField>): ScalarTags {
  const tags = new Map<number, { readonly field: number; readonly isPacked: boolean }>();
  for (const { field, wire } of fields) {
    tags.set(lengthDelimited(field), { field, isPacked: true });
    tags.set(LONE_TAG[wire](field), { field, isPacked: false });
  }
  return tags;
}

/**
 * Reads the value of a repeated number field into `values`, by field number; answers false for any other field. The bytes are not looked at:
 * which field counts is known once the whole message has been read.
 */
export function readScalarField(reader: WireReader, tag: number, { tags, values }: { readonly tags: ScalarTags; readonly values: Map<number, RepeatedScalar> }): boolean {
  const known = tags.get(tag);
  if (known === undefined) return false;
  const of = values.get(known.field) ?? new RepeatedScalar();
  values.set(known.field, of);
  of.append(known.isPacked ? reader.bytes() : readOne(reader, tag));
  return true;
}

function readOne(reader: WireReader, tag: number): Uint8Array {
  const start = reader.pos;
  reader.skipType(tag & 7);
  if (reader.pos > reader.len) throw new RangeError('a number ends beyond its message');
  return reader.buf.subarray(start, reader.pos);
}
