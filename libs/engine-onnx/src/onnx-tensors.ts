import type * as ort from 'onnxruntime-node';
import { ServingError } from '@switchyard/errors';
import { DTYPES, numericData, type Dtype, type NumericArray, type Tensor } from '@switchyard/tensor';

type Runtime = typeof ort;

/** The library's tensor over the same memory; only strings are decoded, since the library takes JavaScript strings. @throws ServingError `invalid-input` */
export function toOrtTensor(runtime: Runtime, name: string, of: Tensor): ort.Tensor {
  if (of.dtype === 'string')
    return new runtime.Tensor(
      'string',
      (of.data as readonly Uint8Array[]).map((bytes) => decodeText(name, bytes)),
      of.shape,
    );
  // The library's types know float16 as Float16Array only; at run time it takes the raw bits (keep-float16-as-bits.ts).
  return new runtime.Tensor(of.dtype as 'float32', numericData(of) as Float32Array, of.shape);
}

/** A view of the library's output, which owns its memory; strings are encoded. */
export function fromOrtTensor(dtype: Dtype, of: ort.Tensor): Tensor {
  return { dtype, shape: of.dims, data: dataOf(of.data as NumericArray | string[]) };
}

/** The element type under our name, or null when a signature has none for it (int4, sequences of maps, …). */
export function dtypeOf(type: string): Dtype | null {
  return DTYPES.find((dtype) => dtype === type) ?? null;
}

function dataOf(data: NumericArray | string[]): Tensor['data'] {
  if (Array.isArray(data)) return data.map((text) => Buffer.from(text));
  return data;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The library hands strings to C++ as zero-terminated UTF-8: anything else would silently become another string. */
function decodeText(name: string, bytes: Uint8Array): string {
  if (bytes.includes(0))
    throw new ServingError('invalid-input', `A string of input "${name}" holds a zero byte; an ONNX model takes text without them.`);
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new ServingError('invalid-input', `A string of input "${name}" is not valid UTF-8; an ONNX model takes text.`);
  }
}
