import { ServingError } from '@switchyard/errors';
import type { Priority } from '@switchyard/inference';
import { priorityOf, requestedOutput, shown, timeoutMsOf, type ModelContract } from '@switchyard/open-inference';
import type { TensorMap } from '@switchyard/tensor';
import type { InferMessage, OutputFields } from './infer-message.js';
import type { ParameterValue, Parameters } from './read-parameter.js';
import { toInputs } from './to-inputs.js';

/** What Triton's clients send on streams that may end with an answer of no tensors; here each request has one answer, which says that it is the last. */
const EMPTY_FINAL_RESPONSE = 'triton_enable_empty_final_response';

/** An output a request asks for. */
export interface RequestedOutput {
  readonly name: string;
  /** The classes to name instead of giving the tensor; 0 for the tensor. */
  readonly classes: number;
}

/** An inference request, its names, types and shapes checked against the signature; rows and finiteness are not yet. */
export interface InferRequest {
  /** As the caller gave it, to be given back. */
  readonly id: string;
  readonly inputs: TensorMap;
  readonly outputs: readonly RequestedOutput[];
  readonly priority: Priority | undefined;
  /** Undefined for the server's default. */
  readonly timeoutMs: number | undefined;
  /** Whether the answer is to be raw, as the question was. */
  readonly raw: boolean;
}

/**
 * What a ModelInferRequest means for a version. Refusals have Triton's words where it has any (grpc_server.cc, infer_handler.cc).
 * @throws ServingError `invalid-input`, or `unsupported` for shared memory.
 */
export function decodeInferRequest(message: InferMessage, model: ModelContract): InferRequest {
  for (const { name, parameters } of [...message.inputs, ...message.outputs]) refuseSharedMemory(name, parameters);
  const { priority, timeout } = scheduleOf(message.parameters);
  return {
    id: message.id,
    inputs: toInputs(message, model),
    outputs: outputsOf(message.outputs, model),
    priority: priority === undefined ? undefined : priorityOf(priority),
    timeoutMs: timeoutMsOf(timeout ?? 0),
    raw: message.raw.length > 0,
  };
}

/** Those named, each once, in the order of the request; all of the model's when none is named. */
function outputsOf(outputs: readonly OutputFields[], model: ModelContract): RequestedOutput[] {
  if (outputs.length === 0) return model.signature.outputs.map(({ name }) => ({ name, classes: 0 }));
  const asked = outputs.map(({ name, parameters }) => ({ name: requestedOutput(model, name).name, classes: countOf(parameters, 'classification') ?? 0 }));
  return [...new Map(asked.map((output) => [output.name, output])).values()];
}

function scheduleOf(parameters: Parameters): { readonly priority: number | undefined; readonly timeout: number | undefined } {
  for (const [name, value] of parameters) if (name.startsWith('triton_')) checkReserved(name, value);
  return { priority: countOf(parameters, 'priority'), timeout: countOf(parameters, 'timeout') };
}

function checkReserved(name: string, value: ParameterValue): void {
  if (name !== EMPTY_FINAL_RESPONSE) throw new ServingError('invalid-input', "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified.");
  if (typeof value !== 'boolean') throw new ServingError('invalid-input', `invalid value type for '${name}' parameter, expected bool_param.`);
}

function countOf(parameters: Parameters, name: string): number | undefined {
  const value = parameters.get(name);
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)) return value;
  throw new ServingError('invalid-input', `invalid value for parameter '${name}': ${shown(String(value))}; an integer of 0 or more is expected.`);
}

function refuseSharedMemory(name: string, parameters: Parameters): void {
  if (parameters.has('shared_memory_region')) throw new ServingError('unsupported', `Shared memory is not supported; the tensor '${shown(name)}' travels in the message.`);
}
