import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { describeWith } from '@switchyard/test-kit';
import { readEnvFile } from './compose-file.js';
import { findTool, unavailable } from './deployment-tools.config.js';
import { readDockerfile } from './dockerfile.js';
import { knownEnvironment, SERVICES } from './known-environment.js';
import { readManifests, schemaDefinition, selects, type Manifest } from './manifest.js';
import { filesUnder, parseYaml, parseYamlStream, readText, REPOSITORY } from './repository-files.js';
import { schemaProblems } from './validate-schema.js';

const run = promisify(execFile);
const manifests = readManifests('k8s');
const named = (kind: string, name: string, among = manifests): Manifest => among.find((one) => one.kind === kind && one.metadata.name === name)!;
const pods = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
const services = SERVICES.map((name) => [name, named('Deployment', name)] as const);
const config = readEnvFile(readText('k8s/base/config.env'));

/** What the schemas say about an object; an object no schema is at hand for is a problem too. */
function problemsOf(manifest: Manifest): string[] {
  if (manifest.kind === 'ScaledObject') return schemaProblems('scaledobject.json', manifest);
  if (manifest.kind === 'PodMonitor') return schemaProblems('podmonitor.json', manifest);
  return schemaProblems('kubernetes-1.37-strict.json', manifest, schemaDefinition(manifest));
}

describe('the Kubernetes manifests', () => {
  it.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))('%s is valid by its strict schema', (_name, manifest) => {
    expect(problemsOf(manifest)).toEqual([]);
  });

  it('would be refused with an unknown field, at any depth and in custom resources', () => {
    const api = named('Deployment', 'api');
    const template = { ...api.spec.template, spec: { ...api.spec.template.spec, restartPolice: 'Always' } };
    expect(problemsOf({ ...api, spec: { ...api.spec, template } })).toEqual([expect.stringContaining('restartPolice')]);
    const scaled = named('ScaledObject', 'inference-worker');
    expect(problemsOf({ ...scaled, spec: { ...scaled.spec, minReplicas: 2 } as unknown as Manifest['spec'] })).toEqual([expect.stringContaining('minReplicas')]);
  });

  it('are all taken up by a kustomization', () => {
    for (const file of filesUnder('k8s', 'kustomization.yaml')) {
      const { resources } = parseYaml<{ resources: string[] }>(readText(file));
      const folder = file.slice(0, -'/kustomization.yaml'.length);
      const beside = filesUnder(folder, '.yaml').map((path) => path.slice(folder.length + 1)).filter((name) => !name.includes('/') && name !== 'kustomization.yaml');
      expect([file, resources.filter((name) => name.endsWith('.yaml')).sort()]).toEqual([file, beside]);
    }
  });
});

describe.each(pods.map((pod) => [pod.metadata.name, pod] as const))('the pod %s', (_name, { spec }) => {
  const pod = spec.template.spec;
  const [container] = pod.containers;

  it('is held to what the restricted pod security standard asks, and can write to its volumes only', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(pod.automountServiceAccountToken).toBe(false);
  });

  it('is probed for start, readiness and life, and has requests and limits', () => {
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) expect(container[probe]).toBeDefined();
    expect(container.resources).toMatchObject({ requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { cpu: expect.any(String), memory: expect.any(String) } });
  });

  it('is found by its own controller', () => {
    expect(selects(spec.selector, spec.template.metadata.labels)).toBe(true);
  });
});

describe.each(services)('the service %s', (name, { spec }) => {
  const [container] = spec.template.spec.containers;
  const ops = container.ports.find((port) => port.name === 'ops')?.containerPort;

  it('answers probes on its own port: readiness by /ready, life by /health', () => {
    expect(container.readinessProbe.httpGet).toEqual({ path: '/ready', port: 'ops' });
    for (const probe of [container.startupProbe, container.livenessProbe]) expect(probe.httpGet).toEqual({ path: '/health', port: 'ops' });
    const image = readDockerfile().targets.get(name)!.environment;
    expect(String(ops)).toBe(image['HTTP_PORT'] ?? image['OPS_PORT']);
  });

  it('says where its metrics are', () => {
    expect(spec.template.metadata.annotations).toEqual({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(ops), 'prometheus.io/path': '/metrics' });
  });

  it('is given longer to end than it takes to drain', () => {
    const beforeSeconds = container.lifecycle?.preStop.sleep.seconds ?? 0;
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(beforeSeconds + Number(config['DRAIN_TIMEOUT_MS']) / 1_000);
  });

  it('takes its credentials from the one Secret, whose keys the example names', () => {
    const keys = container.env.flatMap(({ valueFrom }) => (valueFrom?.secretKeyRef === undefined ? [] : [valueFrom.secretKeyRef]));
    expect(new Set(keys.map((key) => key.name))).toEqual(new Set(['switchyard-credentials']));
    expect(keys.map(({ key }) => key).sort()).toEqual(Object.keys(readEnvFile(readText('k8s/base/credentials.env.example'))).sort());
  });
});

for (const [name, { spec }] of services) {
  const known = knownEnvironment(name);
  describeWith(known === undefined ? unavailable(`apps/${name} has no *.config.ts`) : { available: true as const, known }, `the environment of ${name} in Kubernetes`, ({ known }) => {
    it('holds only what the service reads', () => {
      // REDIS_PASSWORD is there for REDIS_URL to be made of.
      const set = [...Object.keys(config), ...spec.template.spec.containers[0].env.map((variable) => variable.name)].filter((variable) => variable !== 'REDIS_PASSWORD');
      expect(set.filter((variable) => !known.has(variable))).toEqual([]);
    });
  });
}

describe('what refers to pods', () => {
  const bound = manifests.filter(({ kind }) => ['Service', 'PodDisruptionBudget', 'PodMonitor', 'NetworkPolicy'].includes(kind));

  it.each(bound.map((one) => [`${one.kind} ${one.metadata.name}`, one] as const))('%s means pods that exist, and ports they have', (_name, { kind, spec }) => {
    const selector = kind === 'Service' ? { matchLabels: spec.selector as Record<string, string> } : kind === 'NetworkPolicy' ? spec.podSelector : spec.selector;
    const meant = pods.filter((pod) => selects(selector, pod.spec.template.metadata.labels));
    expect(meant.length).toBeGreaterThan(0);
    const ports = [
      ...(kind === 'Service' ? spec.ports.map((port) => port.targetPort) : []),
      ...(spec.podMetricsEndpoints ?? []).map((endpoint) => endpoint.port),
      ...(spec.ingress ?? []).flatMap((rule) => rule.ports.map(({ port }) => port)),
    ];
    for (const port of ports) for (const pod of meant) expect(pod.spec.template.spec.containers[0].ports.map((one) => one.name)).toContain(port);
  });

  it.each(['HorizontalPodAutoscaler', 'ScaledObject'])('a %s scales a deployment that exists and fixes no number itself', (kind) => {
    for (const { spec } of manifests.filter((one) => one.kind === kind)) expect(named('Deployment', spec.scaleTargetRef.name)).toBeDefined();
    expect(named('Deployment', 'api').spec.replicas).toBeUndefined();
  });
});

describeWith(findTool('kustomize', 'kubectl'), 'kustomize build', ({ path }) => {
  const build = async (folder: string): Promise<Manifest[]> => {
    const verb = path.endsWith('kubectl') ? 'kustomize' : 'build';
    const { stdout } = await run(path, [verb, join(REPOSITORY, folder)], { timeout: 60_000, maxBuffer: 1 << 24 });
    return parseYamlStream<Manifest>(stdout);
  };

  it.each(['k8s/base', 'k8s/overlays/local', 'k8s/overlays/production'])('makes valid objects of %s, every image pinned, all in our namespace', async (folder) => {
    const built = await build(folder);
    expect(built.flatMap((manifest) => problemsOf(manifest).map((problem) => `${manifest.kind} ${manifest.metadata.name}: ${problem}`))).toEqual([]);
    for (const pod of built.filter((one) => ['Deployment', 'StatefulSet'].includes(one.kind))) {
      expect(pod.spec.template.spec.containers[0].image).toMatch(/:\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/);
    }
    expect(new Set(built.filter((one) => one.kind !== 'Namespace').map((one) => (one.metadata as { namespace?: string }).namespace))).toEqual(new Set(['switchyard']));
  });

  it('gives every pod of the local overlay a Secret and a ConfigMap that are there', async () => {
    const built = await build('k8s/overlays/local');
    for (const { spec } of built.filter((one) => ['Deployment', 'StatefulSet'].includes(one.kind))) {
      const [container] = spec.template.spec.containers;
      for (const { configMapRef } of container.envFrom ?? []) expect(named('ConfigMap', configMapRef.name, built)).toBeDefined();
      const secrets = container.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []);
      for (const secret of secrets) expect([secret, named('Secret', secret, built)]).toEqual([secret, expect.any(Object)]);
    }
  });

  it('leaves the number of workers to KEDA in production', async () => {
    const built = await build('k8s/overlays/production');
    expect(named('Deployment', 'inference-worker', built).spec.replicas).toBeUndefined();
    expect(named('ScaledObject', 'inference-worker', built)).toBeDefined();
  });
});
