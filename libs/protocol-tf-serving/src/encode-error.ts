/** The body of every answer that is no success. */
export function encodeError(message: string): Buffer {
  return Buffer.from(JSON.stringify({ error: message }));
}
