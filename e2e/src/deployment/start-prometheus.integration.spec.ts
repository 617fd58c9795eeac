import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort } from '@switchyard/local-stack';
import { describeWith, until } from '@switchyard/test-kit';
import { findTool } from './deployment-tools.config.js';
import { REPOSITORY } from './repository-files.js';
import { startPrometheus, type RunningPrometheus } from './start-prometheus.js';

const SCRAPED_WITHIN_MS = 20_000;

describeWith(findTool('prometheus'), 'startPrometheus', ({ path: program }) => {
  const target = createServer((_request, response) => response.setHeader('content-type', 'text/plain; version=0.0.4').end('switchyard_rows_waiting{model="mnist"} 7\n'));
  let folder: string;
  let prometheus: RunningPrometheus;

  const configuration = async (name: string, text: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-scrape-'));
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    const { port } = target.address() as AddressInfo;
    const configFile = await configuration(
      'prometheus.yml',
      JSON.stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [join(REPOSITORY, 'monitoring/alerts.yml')],
        scrape_configs: [{ job_name: 'api', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
      }),
    );
    prometheus = await startPrometheus({ program, configFile, port: await freePort() });
  }, 60_000);

  afterAll(async () => {
    await prometheus?.close();
    target.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('scrapes a target and answers with what that exports', async () => {
    const samples = await until(async () => (await prometheus.query('switchyard_rows_waiting')).at(0), { deadlineMs: SCRAPED_WITHIN_MS, describe: 'the first scrape' });
    expect(samples).toMatchObject({ labels: { job: 'api', model: 'mnist' }, value: 7 });
  }, 30_000);

  it('evaluates our rules: the limit of each service, and an alert for the services that are not there', async () => {
    const limit = await until(async () => (await prometheus.query('switchyard:memory_limit_bytes{job="api"}')).at(0), { deadlineMs: SCRAPED_WITHIN_MS });
    expect(limit.value).toBe(512 * 1024 * 1024);
    const absent = await until(async () => (await prometheus.alerts()).filter(({ labels }) => labels['alertname'] === 'ServiceAbsent').at(2), { deadlineMs: SCRAPED_WITHIN_MS });
    expect(absent.labels).toMatchObject({ alertstate: 'pending', severity: 'critical' });
  }, 60_000);

  it('says what is wrong with a query', async () => {
    await expect(prometheus.query('sum by (')).rejects.toThrow(/^Prometheus cannot evaluate sum by \(: .*parse error/);
  });

  it('says what is wrong with a configuration', async () => {
    const configFile = await configuration('bad.yml', 'scrape_configs: 7\n');
    await expect(startPrometheus({ program, configFile, port: await freePort() })).rejects.toThrow(/ended before it was ready:[^]*cannot unmarshal/);
  }, 60_000);

  it('may be closed twice', async () => {
    await prometheus.close();
    await prometheus.close();
    await expect(fetch(`${prometheus.url}/-/ready`)).rejects.toThrow();
  });
});
