import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort } from '@switchyard/local-stack';
import { describeWith, until } from '@switchyard/test-kit';
import { dashboardQueries, ruleQueries } from './deployment/dashboard.js';
import { findTool } from './deployment/deployment-tools.config.js';
import { seriesIn } from './deployment/exported-metrics.js';
import { parseYaml, readText, REPOSITORY } from './deployment/repository-files.js';
import { startPrometheus, type RunningPrometheus, type Sample } from './deployment/start-prometheus.js';
import { nestDigit, readTestDigits } from './stack/digits.js';
import { getJson, inParallel, postJson } from './stack/http.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const SCRAPED_WITHIN_MS = 20_000;
const RUN_ENDS_WITHIN_MS = 120_000;
const REQUESTS = 100;

interface PrometheusConfig {
  readonly global: object;
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly { readonly job_name: string }[];
}

describeWith(findTool('prometheus'), 'a Prometheus with our own configuration', ({ path: program }) => {
  let stack: TrainedStack;
  let prometheus: RunningPrometheus;
  let folder: string;

  beforeAll(async () => {
    stack = await startTrainedStack({ workers: 2 });
    folder = await mkdtemp(join(tmpdir(), 'switchyard-monitoring-'));
    const configFile = join(folder, 'prometheus.yml');
    await writeFile(configFile, JSON.stringify(configurationFor(stack)));
    prometheus = await startPrometheus({ program, configFile, port: await freePort() });
    await causeTraffic(stack);
  }, 500_000);

  afterAll(async () => {
    await prometheus?.close();
    await stack?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const eventually = (expression: string): Promise<Sample[]> =>
    until(async () => [await prometheus.query(expression)].find((samples) => samples.length > 0), { deadlineMs: SCRAPED_WITHIN_MS, describe: `data for ${expression}` });

  it('finds every process of the four services, and each is up', async () => {
    await until(async () => (await prometheus.query('up == 1')).length === 5, { deadlineMs: SCRAPED_WITHIN_MS, describe: 'five targets to be up' });
    const jobs = (await prometheus.query('up')).map(({ labels }) => labels['job']);
    expect(jobs.sort()).toEqual(['api', 'inference-worker', 'inference-worker', 'registry', 'trainer']);
  }, 30_000);

  it('has data for every series that the alerts and the dashboard read', async () => {
    const series = [...new Set([...ruleQueries(), ...dashboardQueries('mnist')].flatMap((expression) => seriesIn(expression)))].sort();
    expect(series.length).toBeGreaterThan(20);
    const missing: string[] = [];
    for (const name of series) await eventually(name).catch(() => missing.push(name));
    expect(missing).toEqual([]);
  }, 120_000);

  it('counts what was asked: requests by code, rows, jobs, runs, promotions', async () => {
    const sum = async (expression: string): Promise<number> => (await prometheus.query(expression)).reduce((total, sample) => total + sample.value, 0);
    const reaches = (expression: string, expected: number): Promise<boolean> =>
      until(async () => (await sum(expression)) === expected, { deadlineMs: SCRAPED_WITHIN_MS, describe: `${expression} to be ${expected}` });
    await reaches('switchyard_requests_total{model="mnist",code="200",protocol="tf-serving-rest"}', REQUESTS);
    await reaches('switchyard_requests_total{model="mnist",code="400"}', 1);
    await reaches('switchyard_rows_total{model="mnist",outcome="run"}', REQUESTS);
    await reaches('switchyard_jobs_submitted_total{model="simple_classifier"}', 1);
    await reaches('switchyard_training_runs_total{pipeline="simple_classifier",status="succeeded"}', 1);
    await reaches('switchyard_champion_version{model="simple_classifier"}', 2);
    await reaches('switchyard_models_loaded{model="mnist"}', 2);
  }, 60_000);

  it('understands every query of the dashboard, and raises no alarm', async () => {
    for (const expression of dashboardQueries('mnist')) await prometheus.query(expression);
    // The first look at the rules came before the first scrape: then every service was missing.
    await until(async () => (await prometheus.alerts()).length === 0, { deadlineMs: SCRAPED_WITHIN_MS, describe: 'no alert to be pending or firing' });
  }, 60_000);
});

/** The project's own file; only where the services are, and how often to look, is of this test. */
function configurationFor(stack: TrainedStack): object {
  const config = parseYaml<PrometheusConfig>(readText('monitoring/prometheus.yml'));
  const targetsOf = (job: string): string[] => stack.services.filter(({ name }) => name.replace(/-\d+$/, '') === job).map(({ url }) => new URL(url).host);
  return {
    global: { ...config.global, scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: config.rule_files.map((file) => join(REPOSITORY, 'monitoring', file)),
    scrape_configs: config.scrape_configs.map(({ job_name }) => ({ job_name, static_configs: [{ targets: targetsOf(job_name) }] })),
  };
}

/** Something of everything: rows, a refusal, a job, a run that ends with a promotion. */
async function causeTraffic({ httpUrl }: TrainedStack): Promise<void> {
  const digits = (await readTestDigits(REQUESTS)).map(nestDigit);
  await inParallel(digits, 8, (digit) => postJson(`${httpUrl}/v1/models/mnist:predict`, { instances: [digit] }));
  await postJson(`${httpUrl}/v1/models/mnist:predict`, { instances: [7] });
  await postJson(`${httpUrl}/jobs`, { model: 'simple_classifier', instances: [[1, 2]] });
  const { body } = await postJson<{ run_id: string }>(`${httpUrl}/retrain`, { pipeline: 'simple_classifier', epochs: 6 });
  const hasEnded = async (): Promise<boolean> => (await getJson<{ status: string }>(`${httpUrl}/runs/${body.run_id}`)).body.status === 'succeeded';
  await until(hasEnded, { deadlineMs: RUN_ENDS_WITHIN_MS, describe: `run ${body.run_id} to succeed` });
}
