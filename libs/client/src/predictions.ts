import { callJson } from './call-json.js';
import { decodeInfer, type Inference } from './decode-infer.js';
import { encodeInfer, type Priority } from './encode-infer.js';
import type { JsonValue } from './json-text.js';
import { scheduleHeaders } from './schedule-headers.js';
import { SwitchyardError } from './switchyard-error.js';
import type { TensorInput } from './tensor.js';
import type { CallOptions, Transport } from './transport.js';

/** Which version answers; the champion when neither is named. */
export interface VersionOptions {
  readonly version?: number;
  /** The name of an alias, as `previous`. */
  readonly alias?: string;
}

export interface PredictOptions extends CallOptions, VersionOptions {
  /** Who goes first when there is more work than workers. Default `interactive`. */
  readonly priority?: Priority;
}

export interface InferOptions extends PredictOptions {
  /** Outputs that are wanted; all of them by default. */
  readonly outputs?: readonly string[];
}

/** One row per element; for a model of several inputs an object of them. */
export interface RowInputs {
  readonly instances: readonly JsonValue[];
}

/** Each input as a whole; the value alone where there is one input. */
export interface ColumnInputs {
  readonly inputs: JsonValue;
}

/** Each input as a tensor, sent as the bytes it is. */
export interface TensorInputs {
  readonly tensors: Readonly<Record<string, TensorInput>>;
}

const HEADER_LENGTH = 'inference-header-content-length';

/** JSON there and back, in the format of TF Serving's REST API; every prediction may be repeated. The deadline is told to the server. */
export function predictJson<Result>(transport: Transport, model: string, inputs: RowInputs | ColumnInputs, { version, alias, priority, ...options }: PredictOptions = {}): Promise<Result> {
  const choice = versionPath({ version, alias }, { version: 'versions', alias: 'labels' });
  const headers = scheduleHeaders(options.timeoutMs ?? transport.timeoutMs, priority);
  return callJson<Result>(transport, { method: 'POST', path: `/v1/models/${encodeURIComponent(model)}${choice}:predict`, headers, body: inputs, isRepeatable: true }, options);
}

/** Tensors there and back, in the binary format of the Open Inference Protocol. The deadline is told to the server. */
export async function inferTensors(transport: Transport, model: string, { tensors }: TensorInputs, { version, alias, priority, outputs, ...options }: InferOptions = {}): Promise<Inference> {
  const choice = versionPath({ version, alias }, { version: 'versions', alias: 'versions' });
  const { body, headerLength } = encodeInfer(tensors, { timeoutMs: options.timeoutMs ?? transport.timeoutMs, ...(priority && { priority }), ...(outputs && { outputs }) });
  const headers = { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(headerLength) };
  const answer = await transport.send({ method: 'POST', path: `/v2/models/${encodeURIComponent(model)}${choice}/infer`, headers, body, isRepeatable: true }, options);
  const answered = answer.headers.get(HEADER_LENGTH);
  return decodeInfer(answer.bytes, answered === null ? null : Number(answered));
}

function versionPath({ version, alias }: { version: number | undefined; alias: string | undefined }, segment: { version: string; alias: string }): string {
  if (version !== undefined && alias !== undefined) throw new SwitchyardError('invalid-input', `Both version ${version} and alias "${alias}" are named; one of them is expected.`);
  if (version !== undefined) return `/${segment.version}/${version}`;
  return alias === undefined ? '' : `/${segment.alias}/${encodeURIComponent(alias)}`;
}
