import type { HostReply, HostRequest } from './host-protocol.js';

/** One running thread or process that hosts an engine, as a pipe for messages. */
export interface HostTransport {
  /** Sends in order; what is sent to a host that has ended is dropped, since `onExit` has told of it. */
  post(request: HostRequest): void;
  /** Ends the host at once. Native code that never returns cannot be stopped in a thread: only a process is sure to end. */
  kill(): void;
}

export interface HostEvents {
  onReply(reply: HostReply): void;
  /** Called once, whatever the reason; no reply comes after it. */
  onExit(reason: string): void;
}

export type OpenTransport = (events: HostEvents) => HostTransport;

/**
 * The program both kinds of host run. Source and compiled file are siblings of `dist`, so the same relative URL holds for both:
 * a thread or process can only load the compiled one.
 */
export const HOST_PROGRAM = new URL('../dist/host.js', import.meta.url);
