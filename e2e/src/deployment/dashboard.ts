import { parseYaml, readText } from './repository-files.js';

interface Panel { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }
interface Rule { readonly expr: string }

/** Every PromQL expression of the dashboard, its variables filled in as Grafana would. */
export function dashboardQueries(model: string): string[] {
  const { panels, annotations } = JSON.parse(readText('monitoring/grafana/dashboards/switchyard.json')) as { panels: Panel[]; annotations: { list: { expr: string }[] } };
  const expressions = [...panels.flatMap((panel) => panel.targets ?? []), ...annotations.list].map(({ expr }) => expr);
  return expressions.map((expr) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1h').replaceAll('$model', model));
}

/** Every PromQL expression of the alerts and of what they are built from. */
export function ruleQueries(): string[] {
  return parseYaml<{ groups: { rules: Rule[] }[] }>(readText('monitoring/alerts.yml')).groups.flatMap((group) => group.rules.map(({ expr }) => expr));
}
