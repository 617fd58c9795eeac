import type { GrpcService } from '@switchyard/grpc-server';
import { statusOf } from '@switchyard/protocol-open-inference-grpc';
import { modelInfer, modelStreamInfer } from './infer-methods.js';
import { INFERENCE_SERVICE, type InferenceParts } from './inference-parts.js';
import { modelMethods } from './model-methods.js';
import { repositoryMethods } from './repository-methods.js';
import { serverMethods } from './server-methods.js';

/** The Open Inference Protocol's gRPC service, with Triton's extensions of it. */
export function inferenceService(parts: InferenceParts): GrpcService {
  return {
    name: INFERENCE_SERVICE,
    unary: { ModelInfer: modelInfer(parts), ...serverMethods(parts), ...modelMethods(parts), ...repositoryMethods(parts) },
    streams: { ModelStreamInfer: modelStreamInfer(parts) },
    statusOf,
  };
}
