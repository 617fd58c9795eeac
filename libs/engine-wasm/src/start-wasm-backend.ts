import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { ServingError } from '@switchyard/errors';

let starting: Promise<void> | undefined;

/**
 * Makes WebAssembly the backend of TensorFlow.js in this thread, once.
 * @throws ServingError `engine-unavailable` when this machine cannot compile it.
 */
export function startWasmBackend(): Promise<void> {
  starting ??= start();
  return starting;
}

async function start(): Promise<void> {
  // The .wasm files lie beside the package's main file; a folder must end in a slash.
  setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  // Without this, every operation checks its results for NaN and the library greets on stderr.
  tf.enableProdMode();
  if (await tf.setBackend('wasm')) return;
  throw new ServingError(
    'engine-unavailable',
    'The wasm engine cannot start: this machine does not run the WebAssembly build of TensorFlow.js.',
  );
}
