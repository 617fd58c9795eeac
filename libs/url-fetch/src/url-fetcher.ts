import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { ServingError } from '@switchyard/errors';
import { checkedLookup } from './checked-lookup.js';
import { filenameOf } from './filename-of.js';
import { readFile } from './read-file.js';
import { TargetPolicy, type TargetPolicyOptions } from './target-policy.js';

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_HEADER_BYTES = 16 * 1024;
/** Each may hold a whole file in memory. */
const MAX_UNDER_WAY = 16;
const RETRY_AFTER_MS = 1_000;
/** The signal of a caller who waits whatever happens. */
const NEVER = new AbortController().signal;

export interface UrlFetcherOptions extends TargetPolicyOptions {
  readonly maxBytes: number;
  /** For the whole of one fetch: look-ups, redirects and the last byte. */
  readonly timeoutMs: number;
}

export interface FetchedFile {
  readonly bytes: Buffer;
  /** The last part of the path that was asked for; empty where it has none. */
  readonly filename: string;
}

/**
 * Fetches pictures by URLs that strangers give (server-side request forgery: https://owasp.org/www-community/attacks/Server_Side_Request_Forgery).
 * What may be reached is decided for every hop on the very address that is connected to; no cookies, credentials or proxies are used, no
 * connection is kept, and time, bytes, headers and redirects are bounded.
 */
export class UrlFetcher {
  readonly #options: UrlFetcherOptions;
  readonly #policy: TargetPolicy;
  readonly #lookup: LookupFunction;
  readonly #closing = new AbortController();
  #underWay = 0;

  constructor(options: UrlFetcherOptions) {
    this.#options = options;
    this.#policy = new TargetPolicy(options);
    this.#lookup = checkedLookup(this.#policy);
  }

  /**
   * @throws ServingError `invalid-input` (a URL that is not fetched, a host that does not answer as expected), `unsupported-media-type`,
   * `payload-too-large`, `deadline-exceeded`, `overloaded`, `cancelled` when this fetcher is closed meanwhile or its caller hangs up.
   */
  async fetch(url: string, callerGone: AbortSignal = NEVER): Promise<FetchedFile> {
    const target = this.#policy.parse(url);
    if (this.#underWay >= MAX_UNDER_WAY) {
      throw new ServingError('overloaded', `${MAX_UNDER_WAY} URLs are being fetched already; please try again shortly.`, { retryAfterMs: RETRY_AFTER_MS });
    }
    const timeout = AbortSignal.timeout(this.#options.timeoutMs);
    this.#underWay++;
    try {
      const response = await this.#follow(target, AbortSignal.any([timeout, this.#closing.signal, callerGone]));
      return { bytes: await readFile(response, this.#options.maxBytes), filename: filenameOf(target) };
    } catch (error) {
      throw this.#describe(error, { timeout, callerGone });
    } finally {
      this.#underWay--;
    }
  }

  /** Ends what is under way. Idempotent. */
  close(): Promise<void> {
    this.#closing.abort();
    return Promise.resolve();
  }

  async #follow(first: URL, signal: AbortSignal): Promise<IncomingMessage> {
    let target = first;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await this.#get(target, signal);
      if (!REDIRECTS.has(response.statusCode ?? 0)) return response;
      response.destroy();
      const { location } = response.headers;
      if (location === undefined) throw new ServingError('invalid-input', 'The URL was answered with a redirect that leads nowhere.');
      target = this.#policy.parse(location, target);
    }
    throw new ServingError('invalid-input', `The URL leads through more than ${MAX_REDIRECTS} redirects.`);
  }

  async #get(target: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
      signal, lookup: this.#lookup, maxHeaderSize: MAX_HEADER_BYTES,
      // An agent of its own for each request: no connection is kept, and no proxy taken from the environment.
      agent: false,
      headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'switchyard' },
    });
    request.on('error', () => undefined); // after the head, the response brings the error; without a listener it would end the process
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  }

  #describe(error: unknown, { timeout, callerGone }: Readonly<Record<'timeout' | 'callerGone', AbortSignal>>): ServingError {
    if (error instanceof ServingError) return error;
    if (timeout.aborted) return new ServingError('deadline-exceeded', `The file at the URL did not arrive whole within ${this.#options.timeoutMs} ms.`, { cause: error });
    if (this.#closing.signal.aborted) return new ServingError('cancelled', 'The server is shutting down; the URL was not fetched.', { cause: error });
    if (callerGone.aborted) return new ServingError('cancelled', 'The caller hung up; the URL was not fetched.', { cause: error });
    const problem = PROBLEMS[(error as { code?: string }).code ?? ''] ?? 'the connection failed';
    return new ServingError('invalid-input', `The URL cannot be fetched: ${problem}.`, { cause: error });
  }
}

const UNTRUSTED = 'its certificate is of no authority that is trusted here';
const NO_HTTPS = 'it does not speak HTTPS as expected';

/** By the codes of Node's errors, TLS's among them: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const PROBLEMS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  EPROTO: NO_HTTPS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_HTTPS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_HTTPS,
  HPE_HEADER_OVERFLOW: `its answer has headers of more than ${MAX_HEADER_BYTES} bytes`,
  ECONNRESET: 'the connection ended before the answer did',
};
