import type { Manifest } from '@switchyard/model-registry';
import { createWriter, lengthDelimited } from '@switchyard/protobuf-wire';
import type { TensorMap } from '@switchyard/tensor';
import { writeServedSpec } from './model-spec.js';
import { writeTensorProto } from './write-tensor-proto.js';

const OUTPUT = lengthDelimited(1);
const MODEL_SPEC = lengthDelimited(2);
const KEY = lengthDelimited(1);
const VALUE = lengthDelimited(2);

/** A `tensorflow.serving.PredictResponse` with the version that answered. */
export function encodePredictResponse(outputs: TensorMap, manifest: Manifest): Buffer {
  const writer = createWriter();
  for (const [name, of] of outputs) {
    writer.uint32(OUTPUT).fork().uint32(KEY).string(name).uint32(VALUE).fork();
    writeTensorProto(writer, of);
    writer.ldelim().ldelim();
  }
  writer.uint32(MODEL_SPEC).fork();
  writeServedSpec(writer, manifest);
  return writer.ldelim().finish() as Buffer;
}
