import { Counter, Gauge, type Registry } from 'prom-client';
import { CHAMPION, type Catalog, type RegistryCommand } from '@switchyard/model-registry';

export interface RegistryMetrics {
  commandDone(command: RegistryCommand): void;
  catalogPublished(catalog: Catalog): void;
}

/** What the registry counts. */
export function createRegistryMetrics(registry: Registry): RegistryMetrics {
  const registers = [registry];
  const promotions = new Counter({ name: 'switchyard_promotions_total', help: 'Changes of the champion that were asked for.', labelNames: ['model'], registers });
  const champions = new Gauge({ name: 'switchyard_champion_version', help: 'The version that serves.', labelNames: ['model'], registers });
  return {
    commandDone(command) {
      const changesChampion = command.command === 'publish' ? command.promote : command.command === 'promote' || command.command === 'rollback';
      if (changesChampion) promotions.inc({ model: command.model });
    },
    catalogPublished(catalog) {
      for (const { name, serving } of catalog.models) {
        const champion = serving.aliases[CHAMPION];
        if (champion !== undefined) champions.set({ model: name }, champion);
      }
    },
  };
}
