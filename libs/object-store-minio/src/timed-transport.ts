import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { callSignal } from './call-with-retries.js';

/** Statuses for which the client throws without reading the answer, which would hold its socket. */
const THROWN_UNREAD = new Set([408, 429, 499, 500, 502, 503, 504, 520]);

export interface TimedTransport {
  request(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest;
}

/**
 * HTTP that never waits for ever: a request dies with the call it belongs to (`callSignal`) and when no byte has moved for `stallMs`,
 * be it while connecting, waiting for the answer or reading it. A reader that takes its time is no stall.
 */
export function timedTransport(useSsl: boolean, stallMs: number): TimedTransport {
  const { request } = useSsl ? https : http;
  return {
    request(options, onResponse) {
      const signal = callSignal.getStore();
      let answer: IncomingMessage | undefined;
      const outgoing = request({ ...options, timeout: stallMs, ...(signal === undefined ? {} : { signal }) }, (response) => {
        answer = response;
        if (THROWN_UNREAD.has(response.statusCode ?? 0)) response.resume();
        onResponse(response);
      });
      outgoing.on('timeout', () => {
        if (answer !== undefined && answer.readableLength > 0) outgoing.socket?.setTimeout(stallMs);
        else outgoing.destroy(new Error(`The object store sent and took nothing for ${stallMs} ms.`));
      });
      return outgoing;
    },
  };
}
