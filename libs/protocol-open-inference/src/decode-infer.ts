import type { Priority } from '@switchyard/inference';
import type { ModelContract } from '@switchyard/open-inference';
import type { TensorMap } from '@switchyard/tensor';
import { BinarySection } from './binary-data.js';
import { decodeInputs, readNumberDocument, type NumberDocument } from './decode-inputs.js';
import { decodeRaw } from './decode-raw.js';
import { EXPECTED, readDocument, unable, type Members } from './read-document.js';
import { readRequestParameters } from './request-parameters.js';
import { allOutputs, readRequestedOutputs, type RequestedOutput } from './requested-outputs.js';

export interface InferBody {
  readonly body: Uint8Array;
  /** As `parseHeaderLength` gives it. */
  readonly headerLength: number | undefined;
}

/** An inference request, its names, types and shapes checked against the signature; rows and finiteness are not yet. */
export interface DecodedInfer {
  /** As the caller gave it, to be given back. */
  readonly id: string | undefined;
  readonly inputs: TensorMap;
  readonly outputs: readonly RequestedOutput[];
  readonly priority: Priority | undefined;
  /** Undefined for the server's default. */
  readonly timeoutMs: number | undefined;
}

/**
 * Decodes the body of `POST /v2/models/<name>/infer`: JSON, JSON with binary tensors behind it, or one raw tensor.
 * Formats: https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md and Triton's extension_binary_data.md,
 * extension_classification.md and extension_schedule_policy.md; messages are Triton's where it has any.
 * Numbers are rounded to the type as `JSON.parse` and a typed array would; binary tensors are views of `body`.
 * @throws ServingError `invalid-input`, or `unsupported` for shared memory.
 */
export function decodeInfer({ body, headerLength }: InferBody, model: ModelContract): DecodedInfer {
  if (headerLength === 0) return decodeRawInfer(body, model);
  const json = headerLength === undefined ? body : body.subarray(0, headerLength);
  const tail = body.subarray(json.byteLength);
  const document = readNumberDocument(json);
  const id = readId(document.members);
  const { priority, timeoutMs, binaryOutput } = readRequestParameters(document.members);
  const decode = (from: NumberDocument): TensorMap | null =>
    decodeInputs({ document: from, model, binary: new BinarySection(tail, model.name), hasHeaderLength: headerLength !== undefined });
  const inputs = decode(document) ?? decode({ members: readDocument(json), numbers: new Map() });
  return { id, inputs: inputs ?? new Map(), outputs: readRequestedOutputs(document.members, model, binaryOutput), priority, timeoutMs };
}

function decodeRawInfer(body: Uint8Array, model: ModelContract): DecodedInfer {
  const { name, input } = decodeRaw(body, model);
  return { id: undefined, inputs: new Map([[name, input]]), outputs: allOutputs(model, true), priority: undefined, timeoutMs: undefined };
}

function readId(document: Members): string | undefined {
  const id = document.get('id');
  if (id === undefined || typeof id === 'string') return id;
  throw unable('id', EXPECTED.string);
}
