import { scalarTags, type ScalarEncoding, type ScalarField } from '@switchyard/protobuf-wire';
import type { NumericDtype } from '@switchyard/tensor';

/** The field of `InferTensorContents` that holds elements of a type. */
export interface ContentsField extends ScalarField {
  readonly name: string;
}

const INT: ContentsField = { field: 2, name: 'int_contents', wire: 'varint' };
const UINT: ContentsField = { field: 4, name: 'uint_contents', wire: 'varint' };

/** The field of each type that has one; FP16 travels raw only. */
export const CONTENTS_FIELDS: Record<Exclude<NumericDtype, 'float16'>, ContentsField> = {
  bool: { field: 1, name: 'bool_contents', wire: 'varint' },
  int8: INT, int16: INT, int32: INT,
  int64: { field: 3, name: 'int64_contents', wire: 'varint' },
  uint8: UINT, uint16: UINT, uint32: UINT,
  uint64: { field: 5, name: 'uint64_contents', wire: 'varint' },
  float32: { field: 6, name: 'fp32_contents', wire: 'fixed32' },
  float64: { field: 7, name: 'fp64_contents', wire: 'fixed64' },
};

/** Where BYTES stand. */
export const BYTES_FIELD = 8;

/** The tags of all number fields. */
export const CONTENTS_TAGS = scalarTags(Object.values(CONTENTS_FIELDS));

/** How the elements of a field are written. */
export function encodingOf({ wire }: ContentsField): ScalarEncoding {
  return wire === 'varint' ? 'varint' : 'fixed';
}
