import { fittingCount } from './job-load.js';

/** What decides whether an item may travel with others. */
export interface Cargo {
  /** Items of one key may share a load. */
  readonly key: string;
  readonly rows: number;
  readonly bytes: number;
}

export interface ConvoysOptions<Item> {
  /** Sends a load; what becomes of it becomes of each of its items. */
  readonly send: (load: readonly Item[]) => Promise<void>;
  /** Of one load; a larger item travels alone. */
  readonly maxRows: number;
  readonly maxBytes: number;
}

interface Waiting<Item> extends Cargo {
  readonly item: Item;
  resolve(): void;
  reject(error: unknown): void;
}

interface Road<Item> {
  waiting: Waiting<Item>[];
  /** A load is under way, or leaves at the end of this turn of the event loop. */
  isTaken: boolean;
}

/**
 * Items that come while a load of their kind is under way leave together when it has arrived; one that comes to an empty road leaves at
 * the end of the turn. So nothing waits longer than it takes to send, and the more come at once, the fewer loads are sent for them.
 */
export class Convoys<Item> {
  readonly #options: ConvoysOptions<Item>;
  readonly #roads = new Map<string, Road<Item>>();

  constructor(options: ConvoysOptions<Item>) {
    this.#options = options;
  }

  /** Resolves when the item's load has been sent. @throws what `send` throws */
  submit(item: Item, cargo: Cargo): Promise<void> {
    const road = this.#roads.get(cargo.key) ?? { waiting: [], isTaken: false };
    this.#roads.set(cargo.key, road);
    const sent = new Promise<void>((resolve, reject) => road.waiting.push({ ...cargo, item, resolve, reject }));
    if (!road.isTaken) {
      road.isTaken = true;
      setImmediate(() => void this.#depart(cargo.key, road));
    }
    return sent;
  }

  async #depart(key: string, road: Road<Item>): Promise<void> {
    while (road.waiting.length > 0) {
      const load = road.waiting.splice(0, fittingCount(road.waiting, (each) => each, this.#options));
      try {
        await this.#options.send(load.map(({ item }) => item));
        for (const { resolve } of load) resolve();
      } catch (error) {
        for (const { reject } of load) reject(error);
      }
    }
    this.#roads.delete(key);
  }
}
