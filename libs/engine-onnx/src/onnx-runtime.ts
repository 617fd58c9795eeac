import type * as ort from 'onnxruntime-node';
import { ServingError } from '@switchyard/errors';
import { keepFloat16AsBits } from './keep-float16-as-bits.js';

export type OnnxRuntime = typeof ort;

/** Imports the native library. @throws ServingError `engine-unavailable` where there is none for this platform. */
export async function importRuntime(): Promise<OnnxRuntime> {
  try {
    const runtime = await import('onnxruntime-node');
    keepFloat16AsBits(runtime);
    return runtime;
  } catch (cause) {
    throw new ServingError(
      'engine-unavailable',
      'The onnx engine cannot start: onnxruntime-node has no library for this platform. Models in a tfjs format can be served by the wasm engine.',
      { cause },
    );
  }
}
