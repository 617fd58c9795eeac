import { toServingError } from '@switchyard/errors';
import type { GrpcCall, StreamMethod, UnaryMethod } from '@switchyard/grpc-server';
import type { Manifest } from '@switchyard/model-registry';
import { decodeInferRequest, encodeInferResponse, encodeStreamError, encodeStreamResponse, readInferMessage, statusOf, type InferMessage, type InferRequest } from '@switchyard/protocol-open-inference-grpc';
import type { TensorMap } from '@switchyard/tensor';
import { chooseByName } from '../open-inference/version-choice.js';
import { predictFor } from './grpc-predictions.js';
import type { InferenceParts } from './inference-parts.js';

interface Answer {
  readonly request: InferRequest;
  readonly outputs: TensorMap;
  readonly manifest: Manifest;
}

/** One request, one answer. */
export function modelInfer({ predictions }: Pick<InferenceParts, 'predictions'>): UnaryMethod {
  return async (bytes, call) => {
    const { request, outputs, manifest } = await infer(readInferMessage(bytes), call, predictions);
    return encodeInferResponse(request, outputs, manifest);
  };
}

/** Any number of requests on one stream; a failed one is answered with its error, and the stream goes on, as Triton's does. */
export function modelStreamInfer({ predictions, logger }: Pick<InferenceParts, 'predictions' | 'logger'>): StreamMethod {
  return async (bytes, call) => {
    let id = '';
    try {
      const message = readInferMessage(bytes);
      id = message.id;
      const { request, outputs, manifest } = await infer(message, call, predictions);
      return encodeStreamResponse(request, outputs, manifest);
    } catch (thrown) {
      const error = toServingError(thrown);
      if (statusOf(error) === 'INTERNAL') logger.error({ err: error, cause: error.cause, requestId: call.requestId }, 'grpc.stream-request-failed');
      return encodeStreamError(error.message, id);
    }
  };
}

async function infer(message: InferMessage, call: GrpcCall, predictions: InferenceParts['predictions']): Promise<Answer> {
  const manifest = chooseByName(predictions, message.modelName, message.modelVersion || undefined);
  call.markModel(manifest.name);
  const request = decodeInferRequest(message, manifest);
  const { inputs, timeoutMs, priority } = request;
  const { outputs } = await predictFor(call, predictions, { manifest, inputs, timeoutMs, priority });
  return { request, manifest, outputs };
}
