import type { Socket } from 'node:net';
import type { CallerSignal } from '@switchyard/coupling';

const signals = new WeakMap<Socket, ConnectionSignal>();

/**
 * Aborted once the connection of a caller is closed. One for all requests of a connection, since they end together: an `AbortSignal`
 * for each would cost a request several microseconds, this a look-up.
 */
export function connectionSignal(socket: Socket): CallerSignal {
  const known = signals.get(socket);
  if (known !== undefined) return known;
  const signal = new ConnectionSignal(socket);
  signals.set(socket, signal);
  return signal;
}

class ConnectionSignal implements CallerSignal {
  readonly #listeners = new Set<() => void>();
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.once('close', () => {
      for (const listener of this.#listeners) listener();
      this.#listeners.clear();
    });
  }

  get aborted(): boolean {
    return this.#socket.destroyed;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}
