import { fileURLToPath } from 'node:url';

/** The .proto files of the Open Inference service, and the folder their imports are relative to. */
export const OPEN_INFERENCE_PROTOS = {
  directory: fileURLToPath(new URL('../proto', import.meta.url)),
  files: ['inference/service.proto'],
} as const;
