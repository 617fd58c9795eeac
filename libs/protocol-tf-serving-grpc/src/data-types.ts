import { scalarTags, type ScalarEncoding, type ScalarField } from '@switchyard/protobuf-wire';
import type { Dtype, NumericDtype } from '@switchyard/tensor';

/** How `tensorflow.TensorProto` holds one element type. */
export interface DataType {
  /** `tensorflow.DataType` */
  readonly code: number;
  readonly name: string;
  /** Number of the field that holds its values. */
  readonly field: number;
  readonly encoding: ScalarEncoding;
}

/** Every element type as TensorProto holds it (tensorflow/core/framework/{types,tensor}.proto). */
export const DATA_TYPES: Record<NumericDtype, DataType> & Record<'string', Pick<DataType, 'code' | 'name' | 'field'>> = {
  float32: { code: 1, name: 'DT_FLOAT', field: 5, encoding: 'fixed' },
  float64: { code: 2, name: 'DT_DOUBLE', field: 6, encoding: 'fixed' },
  int32: { code: 3, name: 'DT_INT32', field: 7, encoding: 'varint' },
  uint8: { code: 4, name: 'DT_UINT8', field: 7, encoding: 'varint' },
  int16: { code: 5, name: 'DT_INT16', field: 7, encoding: 'varint' },
  int8: { code: 6, name: 'DT_INT8', field: 7, encoding: 'varint' },
  string: { code: 7, name: 'DT_STRING', field: 8 },
  int64: { code: 9, name: 'DT_INT64', field: 10, encoding: 'varint' },
  bool: { code: 10, name: 'DT_BOOL', field: 11, encoding: 'varint' },
  uint16: { code: 17, name: 'DT_UINT16', field: 7, encoding: 'varint' },
  float16: { code: 19, name: 'DT_HALF', field: 13, encoding: 'varint' },
  uint32: { code: 22, name: 'DT_UINT32', field: 16, encoding: 'varint' },
  uint64: { code: 23, name: 'DT_UINT64', field: 17, encoding: 'varint' },
};

const DTYPE_OF = new Map(Object.entries(DATA_TYPES).map(([dtype, { code }]) => [code, dtype as Dtype]));

/** The element type of a `tensorflow.DataType`, undefined for those no model here can take (complex, quantised, resources). */
export function dtypeOf(code: number): Dtype | undefined {
  return DTYPE_OF.get(code);
}

/** The tags of the number fields of TensorProto. */
export const VALUE_TAGS = scalarTags(Object.values(DATA_TYPES).flatMap((type) => ('encoding' in type ? { field: type.field, wire: wireOf(type) } : [])));

function wireOf({ code, encoding }: DataType): ScalarField['wire'] {
  if (encoding === 'varint') return 'varint';
  return code === DATA_TYPES.float64.code ? 'fixed64' : 'fixed32';
}
