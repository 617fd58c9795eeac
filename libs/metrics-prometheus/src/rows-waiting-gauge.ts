import { Gauge, type Registry } from 'prom-client';

/**
 * Rows on the queues that no worker has taken yet: what workers are scaled on. Every api and worker reads the same figure
 * from Redis, so take the maximum over instances, not the sum.
 */
export function exportRowsWaiting(registry: Registry, read: () => Promise<ReadonlyMap<string, number>>): void {
  new Gauge({
    name: 'switchyard_rows_waiting', help: 'Rows on the queue that no worker has taken yet.', labelNames: ['model'], registers: [registry],
    async collect() {
      for (const [model, rows] of await read().catch(() => new Map<string, number>())) this.set({ model }, rows);
    },
  });
}
