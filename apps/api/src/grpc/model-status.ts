import type { GrpcCall, Protos, UnaryMethod } from '@switchyard/grpc-server';
import { statusError, type ServableSpec, type VersionState } from '@switchyard/protocol-tf-serving';
import { toModelSpec, type PlainModelSpec } from '@switchyard/protocol-tf-serving-grpc';
import type { ServableStates } from '../tf-serving/servable-states.js';

/** ModelService's GetModelStatus: what TF Serving tells of a model's versions over REST, as a message. */
export function modelStatus({ protos, states }: { readonly protos: Protos; readonly states: ServableStates }): UnaryMethod {
  return protos.plainMethod('tensorflow.serving.ModelService/GetModelStatus', (request: { model_spec: PlainModelSpec | null }, call) => {
    const versions = statesFor(call, toModelSpec(request.model_spec), states);
    return { model_version_status: versions.map(({ version, state }) => ({ version: String(version), state, status: { error_code: 'OK', error_message: '' } })) };
  });
}

function statesFor(call: GrpcCall, spec: ServableSpec, states: ServableStates): VersionState[] {
  try {
    const versions = states.of(spec);
    call.markModel(spec.name);
    return versions;
  } catch (thrown) {
    throw statusError(thrown, spec);
  }
}
