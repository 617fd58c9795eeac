import type { LoopbackTarget } from './loopback-target.js';

/** What is sent again and again. */
export interface RequestContent {
  readonly contentType: string;
  /** Beyond those that every request has. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A whole `POST` as it goes over the wire, built once: nothing is put together while time is measured. */
export function buildHttpRequest({ address, port, path }: LoopbackTarget, { contentType, headers = {}, body }: RequestContent): Buffer {
  const host = address.includes(':') ? `[${address}]` : address;
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${body.byteLength}`,
    'Connection: keep-alive',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}
