import type { Dtype } from '@switchyard/tensor';

/** How the protocol calls an element type: `wire` in requests and metadata, `config` in Triton's model configuration. */
export const DATATYPES: Record<Dtype, { readonly wire: string; readonly config: string }> = {
  bool: { wire: 'BOOL', config: 'TYPE_BOOL' },
  uint8: { wire: 'UINT8', config: 'TYPE_UINT8' },
  uint16: { wire: 'UINT16', config: 'TYPE_UINT16' },
  uint32: { wire: 'UINT32', config: 'TYPE_UINT32' },
  uint64: { wire: 'UINT64', config: 'TYPE_UINT64' },
  int8: { wire: 'INT8', config: 'TYPE_INT8' },
  int16: { wire: 'INT16', config: 'TYPE_INT16' },
  int32: { wire: 'INT32', config: 'TYPE_INT32' },
  int64: { wire: 'INT64', config: 'TYPE_INT64' },
  float16: { wire: 'FP16', config: 'TYPE_FP16' },
  float32: { wire: 'FP32', config: 'TYPE_FP32' },
  float64: { wire: 'FP64', config: 'TYPE_FP64' },
  string: { wire: 'BYTES', config: 'TYPE_STRING' },
};

const DTYPE_OF = new Map(Object.entries(DATATYPES).map(([dtype, { wire }]) => [wire, dtype as Dtype]));

/** Every datatype that can be sent, for messages. */
export const KNOWN_DATATYPES: string = [...DTYPE_OF.keys()].join(', ');

/** `FP32` → `float32`; undefined for what is no datatype, or none we have (BF16). */
export function dtypeOf(datatype: string): Dtype | undefined {
  return DTYPE_OF.get(datatype);
}
