/** What one client, or all of them, may take of the server. */
export interface GrpcLimits {
  /** Bytes of a message, in and out; a larger one is refused with RESOURCE_EXHAUSTED before it is held whole. */
  readonly maxMessageBytes: number;
  /** Calls under way on one connection. */
  readonly maxConcurrentStreams: number;
  /** Open connections, at most; a new one beyond them is closed at once. */
  readonly maxConnections: number;
  /** A connection without a call for this long is closed. */
  readonly maxConnectionIdleMs: number;
  /** A connection this old takes no new calls: clients come back, perhaps to another process. */
  readonly maxConnectionAgeMs: number;
  /** What an old connection's calls have left to finish; also the most that a call may take whose client never finishes sending. */
  readonly maxConnectionAgeGraceMs: number;
}
