import { Bound, decodeMessage, lengthDelimited, readMapEntry, readText, type WireReader } from '@switchyard/protobuf-wire';
import type { Tensor, TensorMap } from '@switchyard/tensor';
import { assertNamed, readModelSpec, type ModelSpec } from './model-spec.js';
import { readTensorProto } from './read-tensor-proto.js';

/** A PredictRequest; shapes and names are not checked against the model yet. */
export interface PredictRequest {
  readonly modelSpec: ModelSpec;
  readonly inputs: TensorMap;
  /** Names of the outputs wanted; empty for all. */
  readonly outputFilter: readonly string[];
}

const MAX_INPUTS = 1_024;
const MODEL_SPEC = lengthDelimited(1);
const INPUT = lengthDelimited(2);
const OUTPUT_FILTER = lengthDelimited(3);
const VALUE = lengthDelimited(2);

/**
 * Reads a `tensorflow.serving.PredictRequest`; tensors are views of `bytes` where they can be.
 * @throws ServingError `invalid-input`
 */
export function decodePredictRequest(bytes: Buffer): PredictRequest {
  let modelSpec: ModelSpec | undefined;
  const inputs = new Map<string, Tensor>();
  const outputFilter: string[] = [];
  const bound = new Bound('inputs and output names', MAX_INPUTS);
  decodeMessage('tensorflow.serving.PredictRequest', bytes, (tag, reader) => {
    if (tag === MODEL_SPEC) {
      modelSpec = readModelSpec(reader);
      return true;
    }
    if (tag !== INPUT && tag !== OUTPUT_FILTER) return false;
    bound.add();
    if (tag === INPUT) readInput(reader, inputs);
    else outputFilter.push(readText(reader));
    return true;
  });
  return { modelSpec: assertNamed(modelSpec), inputs, outputFilter };
}

function readInput(reader: WireReader, inputs: Map<string, Tensor>): void {
  let tensor: Tensor | undefined;
  const name = readMapEntry(reader, VALUE, (value, key) => (tensor = readTensorProto(value, key)));
  if (tensor !== undefined) inputs.set(name, tensor);
}
