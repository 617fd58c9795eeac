import type * as ort from 'onnxruntime-node';

/**
 * Makes the library carry float16 as raw bits, as our tensors do, on every Node; to be called before it makes its first tensor.
 *
 * Where there is a `Float16Array` (from Node 24 on) it would wrap the bits in one, and its binding takes such an array for empty
 * ("not enough space: expected 4, got 0", onnxruntime-node 1.30; https://github.com/microsoft/onnxruntime/pull/32323).
 * It looks for one once, when it makes its first tensor: so that is done here, while there is none.
 */
export function keepFloat16AsBits({ Tensor }: Pick<typeof ort, 'Tensor'>): void {
  const hidden = Object.getOwnPropertyDescriptor(globalThis, 'Float16Array');
  if (hidden === undefined) return;
  Reflect.deleteProperty(globalThis, 'Float16Array');
  try {
    void new Tensor('uint8', new Uint8Array(1), [1]);
  } finally {
    Object.defineProperty(globalThis, 'Float16Array', hidden);
  }
}
