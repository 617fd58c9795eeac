import { fileURLToPath } from 'node:url';

/** The .proto files of TensorFlow Serving's services, and the folder their imports are relative to. */
export const TF_SERVING_PROTOS = {
  directory: fileURLToPath(new URL('../proto', import.meta.url)),
  files: ['tensorflow/serving.proto'],
} as const;
