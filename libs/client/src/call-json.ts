import { parseJsonText, toJsonText } from './json-text.js';
import type { Call, CallOptions, Transport } from './transport.js';

export type JsonCall = Omit<Call, 'body' | 'headers'> & { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

/** JSON there, JSON back. @throws SwitchyardError as `Transport.send` does, or `unexpected-answer` */
export async function callJson<Result>(transport: Transport, { body, headers, ...call }: JsonCall, options?: CallOptions): Promise<Result> {
  const sent = body === undefined ? {} : { body: toJsonText(body) };
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const { bytes } = await transport.send({ ...call, ...sent, headers: { ...type, ...headers } }, options);
  return parseJsonText(new TextDecoder().decode(bytes)) as Result;
}
