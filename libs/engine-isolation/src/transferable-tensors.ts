import { numericData, type NumericArray, type Tensor, type TensorMap } from '@switchyard/tensor';

/** Tensors as they go to another thread, and the memory that moves there with them instead of being copied. */
export interface TensorParcel {
  readonly tensors: TensorMap;
  readonly transfer: ArrayBuffer[];
}

/**
 * Copies tensors once, into memory of their own that can then move. The caller keeps what it has: the rows of a batch that fails
 * are run again in halves, and rows of different requests are views of one frame.
 *
 * Leaving the copy to `postMessage` would copy twice, and would copy the whole memory behind every view.
 */
export function copyForTransfer(tensors: TensorMap): TensorParcel {
  const transfer: ArrayBuffer[] = [];
  const copies = new Map<string, Tensor>();
  for (const [name, of] of tensors) {
    const { data, buffer } = of.dtype === 'string' ? copyStrings(of.data as readonly Uint8Array[]) : copyNumbers(numericData(of));
    transfer.push(buffer);
    copies.set(name, { dtype: of.dtype, shape: of.shape, data });
  }
  return { tensors: copies, transfer };
}

/**
 * Gives tensors away without a copy: their memory moves, each buffer once however many tensors share it.
 * Tensors that fill only part of a buffer (a pool, WebAssembly memory) are copied, so that nobody else's bytes move.
 */
export function giveForTransfer(tensors: TensorMap): TensorParcel {
  const movable = wholeBuffers(tensors);
  const left = new Map([...tensors].filter(([, of]) => of.dtype === 'string' || !movable.has(numericData(of).buffer as ArrayBuffer)));
  if (left.size === 0) return { tensors, transfer: [...movable] };
  const copied = copyForTransfer(left);
  return {
    tensors: new Map([...tensors].map(([name, of]) => [name, copied.tensors.get(name) ?? of])),
    transfer: [...movable, ...copied.transfer],
  };
}

/** The buffers that the tensors together fill to the last byte. */
function wholeBuffers(tensors: TensorMap): Set<ArrayBuffer> {
  const bytesUsed = new Map<ArrayBufferLike, number>();
  for (const of of tensors.values()) {
    if (of.dtype === 'string') continue;
    const { buffer, byteLength } = numericData(of);
    bytesUsed.set(buffer, (bytesUsed.get(buffer) ?? 0) + byteLength);
  }
  return new Set(
    [...bytesUsed]
      .filter(([buffer, used]) => buffer.byteLength === used)
      .map(([buffer]) => buffer)
      .filter(isMovable),
  );
}

/** Shared memory is nobody's to give. */
function isMovable(buffer: ArrayBufferLike): buffer is ArrayBuffer {
  return buffer instanceof ArrayBuffer;
}

function copyNumbers(data: NumericArray): { data: NumericArray; buffer: ArrayBuffer } {
  const copy = data.slice();
  return { data: copy, buffer: copy.buffer as ArrayBuffer };
}

/** One buffer for all strings: elements of a frame are views, and small ones live in Node's pool, which must not move. */
function copyStrings(elements: readonly Uint8Array[]): { data: Uint8Array[]; buffer: ArrayBuffer } {
  const joined = new Uint8Array(elements.reduce((size, element) => size + element.byteLength, 0));
  let offset = 0;
  const data = elements.map((element) => {
    joined.set(element, offset);
    offset += element.byteLength;
    return joined.subarray(offset - element.byteLength, offset);
  });
  return { data, buffer: joined.buffer };
}
