import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Convoys, type Cargo } from './convoys.js';

const cargo = (more: Partial<Cargo> = {}): Cargo => ({ key: 'k', rows: 1, bytes: 1, ...more });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Loads that arrive, or are lost, when a test says so. */
function slowRoad(limits = { maxRows: 4, maxBytes: 100 }) {
  const loads: { items: readonly number[]; arrive: () => void; lose: (error: Error) => void }[] = [];
  const convoys = new Convoys<number>({ ...limits, send: (items) => new Promise((arrive, lose) => loads.push({ items, arrive, lose })) });
  return { convoys, loads, sent: () => loads.map(({ items }) => items) };
}

describe('Convoys', () => {
  it('send the items of one turn together, and those that come meanwhile when the load has arrived', async () => {
    const { convoys, loads, sent } = slowRoad();
    const first = [1, 2].map((item) => convoys.submit(item, cargo()));
    await turn();
    const second = [3, 4].map((item) => convoys.submit(item, cargo()));
    await turn();
    expect(sent()).toEqual([[1, 2]]);
    loads[0]?.arrive();
    await Promise.all(first);
    await turn();
    expect(sent()).toEqual([[1, 2], [3, 4]]);
    loads[1]?.arrive();
    await Promise.all(second);
  });

  it('lose the items of a load that is lost, and no others', async () => {
    const { convoys, loads } = slowRoad();
    const first = convoys.submit(1, cargo());
    await turn();
    const second = convoys.submit(2, cargo());
    loads[0]?.lose(new Error('lost'));
    await expect(first).rejects.toThrow('lost');
    await turn();
    loads[1]?.arrive();
    await second;
  });

  it('never mix keys, and let no key wait for another', async () => {
    const { convoys, sent } = slowRoad();
    void convoys.submit(1, cargo());
    void convoys.submit(2, cargo({ key: 'other' }));
    await turn();
    expect(sent()).toEqual([[1], [2]]);
  });

  it('let an item above the limits travel alone', async () => {
    const { convoys, loads, sent } = slowRoad();
    void convoys.submit(1, cargo({ rows: 9 }));
    void convoys.submit(2, cargo());
    void convoys.submit(3, cargo({ bytes: 200 }));
    for (let index = 0; index < 3; index++) {
      await turn();
      loads[index]?.arrive();
    }
    expect(sent()).toEqual([[1], [2], [3]]);
  });

  it('send every item once, in order, within the limits', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ rows: fc.integer({ min: 1, max: 6 }), bytes: fc.integer({ min: 1, max: 60 }), waits: fc.boolean() }), { maxLength: 40 }), async (items) => {
      const sent: number[][] = [];
      const convoys = new Convoys<number>({ maxRows: 8, maxBytes: 100, send: async (load) => (await turn(), void sent.push([...load])) });
      const arrivals: Promise<void>[] = [];
      for (const [index, { rows, bytes, waits }] of items.entries()) {
        arrivals.push(convoys.submit(index, cargo({ rows, bytes })));
        if (waits) await turn();
      }
      await Promise.all(arrivals);
      expect(sent.flat()).toEqual(items.map((_, index) => index));
      const sum = (load: number[], of: 'rows' | 'bytes'): number => load.reduce((total, index) => total + (items[index]?.[of] ?? 0), 0);
      for (const load of sent) expect(load.length === 1 || (sum(load, 'rows') <= 8 && sum(load, 'bytes') <= 100)).toBe(true);
    }));
  });
});
