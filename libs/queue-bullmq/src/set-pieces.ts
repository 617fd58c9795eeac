import type { Writable } from 'node:stream';
import { Command, type Redis } from 'ioredis';
import { inOneWrite } from './in-one-write.js';

/**
 * `SET key value PX ttl` with a value in pieces, none of which is copied: ioredis would join the whole command in a buffer of its own.
 * The pieces must stay as they are until this resolves, as a command is sent again after an interruption.
 */
export async function setPieces(redis: Redis, key: string, pieces: readonly Uint8Array[], ttlMs: number): Promise<void> {
  await inOneWrite<unknown[]>(redis, () => [redis.sendCommand(new SetPieces(key, pieces, String(Math.ceil(ttlMs)))) as Promise<unknown>]);
}

/** In the words of Redis's protocol (https://redis.io/docs/latest/develop/reference/protocol-spec/): an array of bulk strings. */
class SetPieces extends Command {
  readonly #beginning: string;
  readonly #pieces: readonly Uint8Array[];
  readonly #end: string;

  constructor(key: string, pieces: readonly Uint8Array[], ttlMs: string) {
    super('set', [key, '', 'PX', ttlMs]);
    const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.#beginning = `*5\r\n$3\r\nset\r\n${bulk(key)}$${bytes}\r\n`;
    this.#pieces = pieces;
    this.#end = `\r\n${bulk('PX')}${bulk(ttlMs)}`;
  }

  override toWritable(socket: object): string {
    const stream = socket as Writable;
    stream.write(this.#beginning);
    for (const piece of this.#pieces) stream.write(piece);
    return this.#end;
  }
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
