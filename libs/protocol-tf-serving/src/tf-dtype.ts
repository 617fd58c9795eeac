import type { Dtype } from '@switchyard/tensor';

/** How TensorFlow calls an element type: `metadata` in its protos, `message` in its error messages. */
export const TF_DTYPES: Record<Dtype, { readonly metadata: string; readonly message: string }> = {
  float16: { metadata: 'DT_HALF', message: 'half' },
  float32: { metadata: 'DT_FLOAT', message: 'float' },
  float64: { metadata: 'DT_DOUBLE', message: 'double' },
  int8: { metadata: 'DT_INT8', message: 'int8' },
  int16: { metadata: 'DT_INT16', message: 'int16' },
  int32: { metadata: 'DT_INT32', message: 'int32' },
  int64: { metadata: 'DT_INT64', message: 'int64' },
  uint8: { metadata: 'DT_UINT8', message: 'uint8' },
  uint16: { metadata: 'DT_UINT16', message: 'uint16' },
  uint32: { metadata: 'DT_UINT32', message: 'uint32' },
  uint64: { metadata: 'DT_UINT64', message: 'uint64' },
  bool: { metadata: 'DT_BOOL', message: 'bool' },
  string: { metadata: 'DT_STRING', message: 'string' },
};
