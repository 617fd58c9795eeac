import type { Http2Server } from 'node:http2';
import type { Server } from '@grpc/grpc-js';

/**
 * What a client may send before it must wait for the server to have read it (RFC 9113 §5.2), on one call and on one connection. HTTP/2's own
 * 64 KiB make a picture's tensor of 600 KB wait for ten answers on its way, each a round trip of the network and of a busy event loop.
 */
const WINDOW_BYTES = 1024 * 1024;

/** Reached past grpc-js's public interface, which has no such option for servers. Its version is an exact one, and a test reads what clients are told. */
interface Internals {
  readonly http2Servers: ReadonlyMap<Http2Server, unknown>;
}

/** Lets clients of the connections to come send large messages without a pause. Call it once `server` has its injector or ports. */
export function widenWindows(server: Server): void {
  for (const http2Server of (server as unknown as Internals).http2Servers.keys()) {
    http2Server.updateSettings({ initialWindowSize: WINDOW_BYTES });
    http2Server.on('session', (session) => session.setLocalWindowSize(WINDOW_BYTES));
  }
}
