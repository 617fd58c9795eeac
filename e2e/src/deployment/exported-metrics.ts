import { filesUnder, readText } from './repository-files.js';

/** What the registry service is to export; the rules and the dashboard already count on it. */
export const REGISTRY_METRICS = ['switchyard_champion_version', 'switchyard_promotions_total'] as const;

/** From prom-client and from Prometheus itself. */
const GIVEN = ['nodejs_eventloop_lag_seconds', 'process_cpu_seconds_total', 'process_resident_memory_bytes', 'up'];

/** The metrics our sources register, read from the text: `name: 'switchyard_…'`. */
export function declaredMetrics(): ReadonlySet<string> {
  const sources = [...filesUnder('libs', '.ts'), ...filesUnder('apps', '.ts')].filter((file) => !file.endsWith('.spec.ts'));
  return new Set(sources.flatMap((file) => [...readText(file).matchAll(/name: '(switchyard_[a-z_]+)'/g)].map(([, name]) => name as string)));
}

/** Whether a service exports a series of this name; a histogram makes three of one metric. */
export function isExported(series: string): boolean {
  const metrics = new Set<string>([...GIVEN, ...REGISTRY_METRICS, ...declaredMetrics()]);
  return metrics.has(series) || metrics.has(series.replace(/_(bucket|sum|count)$/, ''));
}

/** What stands in a PromQL expression beside names of series: literals, labels, ranges, grouping. */
const NOT_SERIES = [/"[^"]*"/g, /\{[^}]*\}/g, /\[[^\]]*\]/g, /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g];
const KEYWORDS = /^(?:and|or|unless|offset|bool|group_left|group_right|[smhdwy])$/;

/** The names of the series a PromQL expression reads. */
export function seriesIn(expression: string): string[] {
  const bare = NOT_SERIES.reduce((text, pattern) => text.replace(pattern, ' '), expression);
  const names = [...bare.matchAll(/(?<![\w:])[a-zA-Z_:][\w:]*(?![\w:]|\s*\()/g)].map(([name]) => name);
  return [...new Set(names)].filter((name) => !KEYWORDS.test(name));
}
