import type { Tensor } from '@switchyard/tensor';
import type { RequestContent } from '../load/http-request.js';

/** How requests go over the wire. */
export interface LoadFormat {
  /** `open-inference-binary`: names its loads in results, and tells a system where to send them. */
  readonly name: string;
  /** As the report says it. */
  readonly description: string;
  /** gRPC bodies are messages; the load generator frames them. */
  readonly transport: 'http' | 'grpc';
}

/** One way of asking a model for rows: what goes over the wire, and what comes back. */
export interface WireFormat extends LoadFormat {
  encode(images: Tensor): RequestContent;
  /** One list of class probabilities per row; undefined when the body is no such answer. */
  readAnswers(body: Buffer, classes: number): readonly ArrayLike<number>[] | undefined;
}

/** What every format needs to know of the model. */
export interface ServedModel {
  readonly name: string;
  readonly inputName: string;
}

/** Rows of a flat float32 answer. */
export function rowsOf(values: Float32Array, classes: number): Float32Array[] {
  return Array.from({ length: Math.floor(values.length / classes) }, (_, row) => values.subarray(row * classes, (row + 1) * classes));
}

/** The little-endian floats in `bytes`, wherever they lie. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  const copy = Uint8Array.from(bytes);
  return new Float32Array(copy.buffer, 0, Math.floor(copy.byteLength / Float32Array.BYTES_PER_ELEMENT));
}

/** The bytes of float32 elements, as every binary format has them. */
export function bytesOf({ data }: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
