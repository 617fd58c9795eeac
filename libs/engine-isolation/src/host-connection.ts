import { ServingError, decodeError } from '@switchyard/errors';
import type { HostReply, HostResults, HostTask } from './host-protocol.js';
import type { HostTransport, OpenTransport } from './host-transport.js';

interface PendingRequest {
  readonly resolve: (result: HostResults[HostTask['kind']]) => void;
  readonly reject: (error: ServingError) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * One life of a host: requests out, replies in, each request settled by its reply, its deadline or the host's end.
 * A request past its deadline ends the host: native code that hangs comes back in no other way.
 */
export class HostConnection {
  /** Settles, never rejects, with the reason as soon as this host answers no more. */
  readonly ended: Promise<string>;
  /** Settles, never rejects, when the thread or process is gone; a hung thread may outlive `ended`. */
  readonly exited: Promise<void>;
  readonly #transport: HostTransport;
  readonly #pending = new Map<number, PendingRequest>();
  #lastId = 0;
  #endReason: string | undefined;
  #markEnded: (reason: string) => void = () => undefined;

  constructor(open: OpenTransport) {
    let markExited: () => void;
    this.exited = new Promise((resolve) => (markExited = resolve));
    this.ended = new Promise((resolve) => (this.#markEnded = resolve));
    this.#transport = open({
      onReply: (reply) => this.#settle(reply),
      onExit: (reason) => {
        this.#end(reason);
        markExited();
      },
    });
  }

  get hasEnded(): boolean {
    return this.#endReason !== undefined;
  }

  /** @throws ServingError what the engine threw, or `engine-failed` when the host ended or did not answer in time. */
  request<Kind extends HostTask['kind']>(task: Extract<HostTask, { kind: Kind }>, timeoutMs: number): Promise<HostResults[Kind]> {
    if (this.#endReason !== undefined) return Promise.reject(hostEnded(this.#endReason));
    const id = ++this.#lastId;
    return new Promise<HostResults[HostTask['kind']]>((resolve, reject) => {
      // Posting throws when something in the task cannot be cloned; then nothing is pending yet.
      this.#transport.post({ id, task });
      const timer = setTimeout(() => this.#stop(`it did not answer a request to ${task.kind} within ${timeoutMs} ms`), timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
    }) as Promise<HostResults[Kind]>;
  }

  /** Ends the host at once; what is pending fails. Idempotent. */
  kill(): void {
    this.#stop('it was stopped');
  }

  #settle(reply: HostReply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    this.#pending.delete(reply.id);
    clearTimeout(pending.timer);
    if (reply.ok) pending.resolve(reply.result);
    else pending.reject(withDetail(reply));
  }

  #stop(reason: string): void {
    this.#end(reason);
    this.#transport.kill();
  }

  #end(reason: string): void {
    if (this.#endReason !== undefined) return;
    this.#endReason = reason;
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(hostEnded(reason));
    }
    this.#pending.clear();
    this.#markEnded(reason);
  }
}

function hostEnded(reason: string): ServingError {
  return new ServingError(
    'engine-failed',
    `The engine ended before it answered: ${reason}. It is restarted; the request may be sent again.`,
    { endedEngine: true },
  );
}

function withDetail(reply: Extract<HostReply, { ok: false }>): ServingError {
  const { kind, message, retryAfterMs } = decodeError(reply.error);
  return new ServingError(kind, message, { cause: new Error(reply.detail), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}
