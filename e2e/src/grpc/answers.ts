import type { ServiceError } from '@grpc/grpc-js';

/** Of a PredictResponse what the tests read. */
export interface Predicted {
  readonly outputs: Record<string, { readonly float_val: readonly number[] }>;
  readonly model_spec: { readonly version: { readonly value: string } };
}

/** Of a ModelInferResponse what the tests read. */
export interface Inferred {
  readonly outputs: readonly { readonly contents: { readonly fp32_contents: readonly number[] } }[];
  readonly raw_output_contents: readonly Buffer[];
}

/** The values of the first output. */
export function floatsOf(answer: Predicted): readonly number[] {
  return Object.values(answer.outputs)[0]!.float_val;
}

/** The error a call ends with. @throws Error when it is answered */
export function failureOf(call: Promise<unknown>): Promise<ServiceError> {
  return call.then(() => Promise.reject(new Error('It was answered.')), (error: ServiceError) => error);
}
