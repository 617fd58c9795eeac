import type * as ort from 'onnxruntime-node';
import type { ModelDeclaration, TensorDeclaration } from '@switchyard/engine';
import { ServingError } from '@switchyard/errors';
import { dtypeOf } from './onnx-tensors.js';

/** What the library has read of a file's inputs and outputs. @throws ServingError `model-invalid` for values no signature can describe. */
export function declaredTensors(session: ort.InferenceSession): ModelDeclaration {
  return { inputs: session.inputMetadata.map(declaration), outputs: session.outputMetadata.map(declaration) };
}

function declaration(metadata: ort.InferenceSession.ValueMetadata): TensorDeclaration {
  const dtype = metadata.isTensor ? dtypeOf(metadata.type) : null;
  if (!metadata.isTensor || dtype === null) {
    throw new ServingError(
      'model-invalid',
      `"${metadata.name}" is ${metadata.isTensor ? metadata.type : 'not a tensor'} in the model; a signature cannot describe that.`,
    );
  }
  // The library reports an unknown rank, and a single value, as an empty shape.
  if (metadata.shape.length === 0) return { name: metadata.name, dtype, shape: null };
  return { name: metadata.name, dtype, shape: metadata.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : null)) };
}
