import { Gauge, type Registry } from 'prom-client';

/** Versions whose model ended its process so often that it is not started for a while: somebody should look at them. */
export function exportQuarantined(registry: Registry, read: () => readonly { readonly name: string; readonly version: number }[]): void {
  new Gauge({
    name: 'switchyard_model_quarantined', help: '1 for each loaded version that is quarantined.', labelNames: ['model', 'version'], registers: [registry],
    collect() {
      this.reset();
      for (const { name, version } of read()) this.set({ model: name, version }, 1);
    },
  });
}
