import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeWith } from '@switchyard/test-kit';
import { composeVariables, readComposeFile, readEnvFile } from './compose-file.js';
import { unavailable } from './deployment-tools.config.js';
import { readDockerfile } from './dockerfile.js';
import { knownEnvironment, SERVICES } from './known-environment.js';
import { REPOSITORY, readText } from './repository-files.js';
import { schemaProblems } from './validate-schema.js';

const text = readText('docker-compose.yml');
const example = readEnvFile(readText('.env.example'));
const compose = readComposeFile(text, example);
const all = Object.entries(compose.services);
const ours = SERVICES.map((name) => [name, compose.services[name]!] as const);
const targets = readDockerfile().targets;

describe('docker-compose.yml', () => {
  it('is valid by the Compose Specification', () => {
    expect(schemaProblems('compose-spec.json', compose)).toEqual([]);
  });

  it('is refused by the same schema when a key is misspelt', () => {
    const broken = { ...compose, services: { api: { ...compose.services['api'], enviroment: {} } } };
    expect(schemaProblems('compose-spec.json', broken)).not.toEqual([]);
  });

  it('runs the four services, two workers and one registry', () => {
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining([...SERVICES]));
    expect(compose.services['inference-worker']?.deploy.replicas).toBe(2);
    expect(compose.services['registry']?.deploy.replicas).toBe(1);
  });

  it('reads only variables that .env.example explains, and that file names no other', () => {
    expect([...composeVariables(text).keys()].sort()).toEqual(Object.keys(example).sort());
  });

  it('has no secret of its own: each is required from the environment', () => {
    const variables = composeVariables(text);
    const secrets = Object.keys(example).filter((name) => /PASSWORD|KEY/.test(name));
    expect(secrets.length).toBeGreaterThan(0);
    for (const name of secrets) expect([name, variables.get(name)?.required]).toEqual([name, true]);
    expect(() => readComposeFile(text, {})).toThrow('copy .env.example to .env');
  });

  it('gives nothing outside its own files and volumes to a container', () => {
    for (const [name, service] of all) {
      for (const volume of service.volumes ?? []) {
        const source = volume.split(':')[0] as string;
        const known = source.startsWith('./') ? existsSync(join(REPOSITORY, source)) : source in compose.volumes;
        expect([name, volume, known]).toEqual([name, volume, true]);
      }
    }
  });

  it('waits only for services that exist, and for their health', () => {
    for (const [name, service] of all) {
      for (const [dependency, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect([name, dependency in compose.services, condition]).toEqual([name, true, 'service_healthy']);
      }
    }
  });

  it('publishes the api, and the operators’ pages to this machine alone', () => {
    const published = Object.fromEntries(all.filter(([, service]) => service.ports).map(([name, service]) => [name, service.ports]));
    expect(published).toEqual({
      api: ['8000:8000', '8501:8501', '8500:8500'],
      prometheus: ['127.0.0.1:9090:9090'],
      grafana: ['127.0.0.1:3000:3000'],
    });
  });

  it('keeps Redis and the object store on a network without a way out', () => {
    expect(compose.networks['state']?.internal).toBe(true);
    for (const name of ['redis', 'object-store']) expect(compose.services[name]?.networks).toEqual(['state']);
  });

  it('never lets Redis forget work', () => {
    expect(compose.services['redis']?.command).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/);
    expect(compose.services['redis']?.volumes).toEqual(['redis-data:/data']);
  });
});

describe.each(all)('the compose service %s', (_name, service) => {
  it('runs a pinned image, or one built here from a target that exists', () => {
    if (service.build === undefined) expect(service.image).toMatch(/:v?\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/);
    else expect(targets.has(service.build.target)).toBe(true);
  });

  it('has no privilege it could lose', () => {
    expect(service).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect([service.privileged, service.cap_add]).toEqual([undefined, undefined]);
  });

  it('restarts, has limits and says whether it is healthy', () => {
    expect(service.restart).toBe('unless-stopped');
    expect(service.deploy.resources.limits).toEqual({ cpus: expect.stringMatching(/^[\d.]+$/), memory: expect.stringMatching(/^\d+[MG]$/) });
    const image = service.build && targets.get(service.build.target);
    expect(service.healthcheck ?? image?.healthcheck).toBeDefined();
  });
});

describe.each(ours)('our compose service %s', (_name, service) => {
  it('cannot write to its own files, but has room for temporary ones', () => {
    expect(service.read_only).toBe(true);
    expect(service.tmpfs?.[0]).toMatch(/^\/tmp:size=/);
  });

  it('is given longer to end than it takes to drain', () => {
    const graceMs = Number.parseInt(service.stop_grace_period ?? '10s', 10) * 1_000;
    expect(graceMs).toBeGreaterThan(Number(service.environment?.['DRAIN_TIMEOUT_MS']));
  });
});

for (const [name, service] of ours) {
  const known = knownEnvironment(name);
  describeWith(known === undefined ? unavailable(`apps/${name} has no *.config.ts`) : { available: true as const, known }, `the environment of ${name} in compose`, ({ known }) => {
    it('holds only what the service reads', () => {
      expect(Object.keys(service.environment ?? {}).filter((variable) => !known.has(variable))).toEqual([]);
    });
  });
}
