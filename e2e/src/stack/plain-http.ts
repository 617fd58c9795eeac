import { Agent, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';

/** A request as it is to stand on the wire: `fetch` would tidy up the path, the headers and the framing. */
export interface PlainRequest {
  readonly method?: string;
  /** Sent as it is, dots and broken escapes included. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
  /** In chunks of unstated number instead of with a `content-length`. */
  readonly chunked?: boolean;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const DEADLINE_MS = 15_000;
const CHUNK_BYTES = 16 * 1024;

/** Keeps connections, as clients do: what one request leaves behind must not harm the next one on its connection. */
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** @throws Error when no whole answer came before the deadline: a request that hangs, or a connection that was cut */
export function sendPlain(baseUrl: string, { method = 'POST', path, headers = {}, body, chunked = false }: PlainRequest): Promise<PlainAnswer> {
  const { hostname, port } = new URL(baseUrl);
  const length = body === undefined || chunked ? {} : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, agent, headers: { ...length, ...headers }, signal: AbortSignal.timeout(DEADLINE_MS) });
    let answered = false;
    request.once('response', (response) => {
      answered = true;
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString('utf8') }));
    });
    // A server may refuse a body without reading all of it; once its answer is here, the rest of the body is nobody's loss.
    request.on('error', (error) => {
      if (!answered) reject(new Error(`${method} ${path.slice(0, 80)} got no answer: ${error.message}`, { cause: error }));
    });
    if (chunked) for (const part of inChunks(Buffer.from(body ?? ''))) request.write(part);
    else if (body !== undefined) request.write(body);
    request.end();
  });
}

/** Closes the connections that are kept; call it after the last request. */
export function closePlainConnections(): void {
  agent.destroy();
}

function* inChunks(body: Buffer): Generator<Buffer> {
  for (let start = 0; start < body.byteLength; start += CHUNK_BYTES) yield body.subarray(start, start + CHUNK_BYTES);
}
