import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { describeWith } from '@switchyard/test-kit';
import { readComposeFile, readEnvFile } from './compose-file.js';
import { findTool, unavailable } from './deployment-tools.config.js';
import { declaredMetrics, isExported, REGISTRY_METRICS, seriesIn } from './exported-metrics.js';
import { SERVICES } from './known-environment.js';
import { readManifests } from './manifest.js';
import { parseYaml, readText, REPOSITORY } from './repository-files.js';

interface Rule { readonly record?: string; readonly alert?: string; readonly expr: string; readonly for?: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> }
interface Panel { readonly id: number; readonly type: string; readonly title: string; readonly description?: string; readonly gridPos: Record<'x' | 'y' | 'w' | 'h', number>; readonly datasource?: { readonly uid: string }; readonly targets?: readonly { readonly expr: string }[] }

const run = promisify(execFile);
const rules = parseYaml<{ groups: { rules: Rule[] }[] }>(readText('monitoring/alerts.yml')).groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert !== undefined);
const dashboard = JSON.parse(readText('monitoring/grafana/dashboards/switchyard.json')) as { uid: string; panels: Panel[]; annotations: { list: { expr: string }[] } };
const queries = [...dashboard.panels.flatMap((panel) => panel.targets ?? []), ...dashboard.annotations.list].map(({ expr }) => expr);
const compose = readComposeFile(readText('docker-compose.yml'), readEnvFile(readText('.env.example')));
const scaling = readManifests('k8s/components').filter(({ kind }) => kind === 'ScaledObject').flatMap(({ spec }) => spec.triggers.map((trigger) => trigger.metadata['query'] as string));

describeWith(findTool('promtool'), 'promtool', ({ path }) => {
  const promtool = (...args: string[]): Promise<{ stdout: string }> => run(path, args, { cwd: REPOSITORY, timeout: 60_000 });

  it('accepts the scrape configuration', async () => {
    expect((await promtool('check', 'config', 'monitoring/prometheus.yml')).stdout).toContain('is valid prometheus config');
  });

  it('accepts the rules, and lints nothing', async () => {
    expect((await promtool('check', 'rules', '--lint=all', '--lint-fatal', 'monitoring/alerts.yml')).stdout).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  it('passes the tests of the rules', async () => {
    expect((await promtool('test', 'rules', 'monitoring/alerts.test.yml')).stdout).toContain('SUCCESS');
  }, 60_000);

  it('understands every query of the dashboard and of the scaling rule', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-promql-'));
    const expressions = [...queries, ...scaling].map((expr) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1h').replaceAll('$model', 'mnist'));
    const file = join(folder, 'queries.yml');
    await writeFile(file, JSON.stringify({ groups: [{ name: 'queries', rules: expressions.map((expr, index) => ({ record: `query:${index}`, expr })) }] }));
    expect((await promtool('check', 'rules', '--lint=none', file)).stdout).toContain(`SUCCESS: ${expressions.length} rules found`);
    await rm(folder, { recursive: true });
  });
});

describe('the rules', () => {
  it('have a test for every alert', () => {
    const tested = new Set([...readText('monitoring/alerts.test.yml').matchAll(/alertname: (\w+)\s+exp_alerts:\n/g)].map(([, name]) => name));
    expect(alerts.map((rule) => rule.alert).filter((name) => !tested.has(name))).toEqual([]);
  });

  it('hold what operators were promised: down 1 min, p95 500 ms and errors 5 % for 5 min, CPU 80 % and memory 85 % for 10 min', () => {
    const promised = { ServiceDown: ['1m', '== 0'], HighLatency: ['5m', '> 0.5'], HighErrorRate: ['5m', '> 0.05'], HighCpu: ['10m', '> 0.8'], HighMemory: ['10m', '> 0.85'] };
    for (const [name, [duration, threshold]] of Object.entries(promised)) {
      const rule = alerts.find((one) => one.alert === name);
      expect([name, rule?.for, rule?.expr.endsWith(threshold as string)]).toEqual([name, duration, true]);
    }
  });

  it('say for every alert how bad it is, what is the matter and what to do', () => {
    for (const rule of alerts) {
      expect([rule.alert, rule.labels?.['severity']]).toEqual([rule.alert, expect.stringMatching(/^(critical|warning)$/)]);
      expect([rule.alert, rule.annotations]).toEqual([rule.alert, { summary: expect.stringMatching(/\.$/), action: expect.stringMatching(/\.$|GET \/runs\.$/) }]);
    }
  });

  it('know the limits that compose and Kubernetes set', () => {
    const manifests = readManifests('k8s/base');
    for (const service of SERVICES) {
      const limit = (record: string): number | undefined => factors(rules.find((rule) => rule.record === record && rule.labels?.['job'] === service)?.expr);
      const inCompose = compose.services[service]!.deploy.resources.limits;
      const inKubernetes = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === service)!.spec.template.spec.containers[0].resources.limits;
      expect([service, limit('switchyard:memory_limit_bytes')]).toEqual([service, bytes(inCompose.memory)]);
      expect([service, bytes(inKubernetes.memory)]).toEqual([service, bytes(inCompose.memory)]);
      expect([service, Number(inKubernetes.cpu)]).toEqual([service, Number(inCompose.cpus)]);
      // The trainer may use all it has, so no rule watches its CPU.
      expect([service, limit('switchyard:cpu_limit_cores')]).toEqual([service, service === 'trainer' ? undefined : Number(inCompose.cpus)]);
    }
  });
});

describe('the metrics that rules, dashboard and scaling read', () => {
  const recorded = new Set(rules.map((rule) => rule.record));

  it.each([...rules.map((rule) => rule.expr), ...queries, ...scaling])('%s', (expression) => {
    expect(seriesIn(expression).filter((series) => !isExported(series) && !recorded.has(series))).toEqual([]);
  });

  it('are found in an expression, and would be missed if nobody exported them', () => {
    expect(seriesIn('sum by (model) (rate(a_total{code=~"5.."}[5m])) / on (job) group_left b:c > 0.5 unless d_count offset 15m')).toEqual(['a_total', 'b:c', 'd_count']);
    expect(isExported('switchyard_rows_waitin')).toBe(false);
  });
});

const registryExports = REGISTRY_METRICS.some((name) => declaredMetrics().has(name));
describeWith(registryExports ? { available: true as const } : unavailable('the registry exports no metrics yet'), 'the metrics of the registry', () => {
  it('are those the rules and the dashboard count on', () => {
    expect(REGISTRY_METRICS.filter((name) => !declaredMetrics().has(name))).toEqual([]);
  });
});

describe('the dashboard', () => {
  const { panels } = dashboard;

  it('gives every panel an id, a place of its own and an explanation', () => {
    expect(new Set(panels.map((panel) => panel.id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`));
    expect(new Set(cells).size).toBe(cells.length);
    for (const panel of panels.filter((one) => one.type !== 'row')) expect([panel.title, panel.description]).toEqual([panel.title, expect.stringMatching(/\.$/)]);
  });

  it('has a row for each stage of the road', () => {
    expect(panels.filter((panel) => panel.type === 'row').map((panel) => panel.title)).toEqual(['API', 'Queue', 'Batching', 'Models', 'Training', 'Resources']);
  });

  it('asks the data source that is provisioned, and is provisioned itself', () => {
    const [source] = parseYaml<{ datasources: { uid: string; url: string }[] }>(readText('monitoring/grafana/provisioning/datasources/prometheus.yml')).datasources;
    expect(new Set(panels.flatMap((panel) => panel.datasource?.uid ?? []))).toEqual(new Set([source?.uid]));
    expect(new URL(source!.url).hostname in compose.services).toBe(true);
    const [provider] = parseYaml<{ providers: { options: { path: string } }[] }>(readText('monitoring/grafana/provisioning/dashboards/switchyard.yml')).providers;
    const mount = compose.services['grafana']?.volumes?.find((volume) => volume.split(':')[1] === provider?.options.path);
    expect(existsSync(join(REPOSITORY, mount?.split(':')[0] ?? 'nowhere', 'switchyard.json'))).toBe(true);
  });
});

describe('prometheus.yml', () => {
  it('scrapes each service by its name in compose, on the port its image exposes', () => {
    const { scrape_configs: jobs } = parseYaml<{ scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[] }>(readText('monitoring/prometheus.yml'));
    const found = jobs.map(({ job_name: job, dns_sd_configs: [dns] }) => [job, dns?.names, dns?.port]);
    expect(found).toEqual([['api', ['api'], 8000], ['inference-worker', ['inference-worker'], 9101], ['trainer', ['trainer'], 9102], ['registry', ['registry'], 9103]]);
  });
});

/** `vector(512 * 1024 * 1024)` as a number. */
function factors(expression: string | undefined): number | undefined {
  return expression?.match(/\d+/g)?.map(Number).reduce((product, factor) => product * factor);
}

/** Compose writes `512M`, Kubernetes `512Mi`; both mean powers of 1,024. */
function bytes(size: string): number {
  const [, amount, unit] = /^(\d+)([MG])i?$/.exec(size) ?? [];
  return Number(amount) * 1_024 ** (unit === 'G' ? 3 : 2);
}
