/** The body of every answer that is no success: https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md#inference-response-json-error-object */
export function encodeError(message: string): Buffer {
  return Buffer.from(JSON.stringify({ error: message }));
}
