import type { ConnectionListener, LoadConnection } from './load-connection.js';
import type { HttpResponse } from './response-parser.js';

/** What a lane asks and tells after each request. */
export interface LaneListener {
  onAnswer(lane: LoadLane, response: HttpResponse, latencyMs: number): void;
  onFailure(lane: LoadLane, kind: string): void;
}

/** What a lane sends on. */
export type LaneConnection = Pick<LoadConnection, 'send' | 'abandon' | 'close'>;

export interface LoadLaneOptions {
  readonly connect: (listener: ConnectionListener) => LaneConnection;
  /** As they go over the wire. */
  readonly requests: readonly Buffer[];
  /** Index of the one before its first. */
  readonly start: number;
  readonly listener: LaneListener;
}

/** One connection going through the requests in turn, one at a time. */
export class LoadLane {
  readonly #requests: readonly Buffer[];
  readonly #connection: LaneConnection;
  #sentMs = 0;
  #isWaiting = false;
  /** Index of the request that was sent last. */
  request: number;

  constructor({ connect, requests, start, listener }: LoadLaneOptions) {
    this.#requests = requests;
    this.request = start % requests.length;
    this.#connection = connect({
      onResponse: (response) => {
        this.#isWaiting = false;
        listener.onAnswer(this, response, performance.now() - this.#sentMs);
      },
      onLost: (reason) => {
        this.#isWaiting = false;
        listener.onFailure(this, reason);
      },
    });
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  sendNext(): void {
    this.request = (this.request + 1) % this.#requests.length;
    this.#isWaiting = true;
    this.#sentMs = performance.now();
    this.#connection.send(this.#requests[this.request] as Buffer);
  }

  /** Gives up a request that was sent before `limitMs` (as `performance.now()` counts). */
  expire(limitMs: number): void {
    if (this.#isWaiting && this.#sentMs < limitMs) this.#connection.abandon('no answer in time');
  }

  close(): void {
    this.#isWaiting = false;
    this.#connection.close();
  }
}
