import { ServingError } from '@switchyard/errors';
import type { GrpcCall, UnaryMethod } from '@switchyard/grpc-server';
import { shown } from '@switchyard/open-inference';
import { loadError, lookupError } from '@switchyard/protocol-open-inference';
import { INFERENCE_SERVICE, type InferenceParts } from './inference-parts.js';

/** Who asked, for the promotion log. */
const BY = 'open-inference-grpc';

interface RepositoryRequest {
  readonly repository_name: string;
  readonly model_name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Triton's model repository, which is the registry here: it has no name. */
export function repositoryMethods({ protos, repository }: InferenceParts): Record<string, UnaryMethod> {
  return {
    RepositoryIndex: protos.plainMethod(`${INFERENCE_SERVICE}/RepositoryIndex`, (request: { repository_name: string; ready: boolean }) => {
      assertNoName(request);
      return { models: repository.index({ readyOnly: request.ready }) };
    }),
    RepositoryModelLoad: protos.plainMethod(`${INFERENCE_SERVICE}/RepositoryModelLoad`, async (request: RepositoryRequest, call: GrpcCall) => {
      assertNoName(request);
      for (const name of Object.keys(request.parameters)) {
        throw new ServingError('unsupported', `The load parameter '${shown(name)}' is not supported: models are loaded as they were published. Publish a version with other files instead.`);
      }
      await repository.load(request.model_name, BY).catch((thrown: unknown) => {
        throw loadError(thrown, request.model_name);
      });
      call.markModel(request.model_name);
      return {};
    }),
    RepositoryModelUnload: protos.plainMethod(`${INFERENCE_SERVICE}/RepositoryModelUnload`, async (request: RepositoryRequest, call: GrpcCall) => {
      assertNoName(request);
      await repository.unload(request.model_name, BY).catch((thrown: unknown) => {
        throw lookupError(thrown, request.model_name, undefined);
      });
      call.markModel(request.model_name);
      return {};
    }),
  };
}

/** Triton's words. */
function assertNoName({ repository_name: name }: { readonly repository_name: string }): void {
  if (name !== '') throw new ServingError('unsupported', "'repository_name' specification is not supported");
}
