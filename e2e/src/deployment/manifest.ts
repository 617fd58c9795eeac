import { filesUnder, parseYamlStream, readText } from './repository-files.js';

/** A Kubernetes object, as far as these tests look into it; its schema checks the rest. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Labels };
  readonly spec: ManifestSpec;
}

export type Labels = Readonly<Record<string, string>>;
export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values: readonly string[] }[];
}

export interface ManifestSpec {
  readonly replicas?: number;
  readonly template: { readonly metadata: { readonly labels: Labels; readonly annotations?: Labels }; readonly spec: PodSpec };
  readonly selector: Selector & Labels;
  readonly podSelector: Selector;
  readonly ports: readonly { readonly targetPort: string }[];
  readonly ingress?: readonly { readonly ports: readonly { readonly port: string }[] }[];
  readonly scaleTargetRef: { readonly kind?: string; readonly name: string };
  readonly podMetricsEndpoints: readonly { readonly port: string; readonly path: string }[];
  readonly triggers: readonly { readonly type: string; readonly metadata: Readonly<Record<string, string>> }[];
}

export interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly containers: readonly [Container];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } } }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly resources: { readonly requests: object; readonly limits: { readonly cpu: string; readonly memory: string } };
  readonly securityContext: object;
}

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
}

/** The manifests under a folder as they are written, before kustomize puts them together. */
export function readManifests(folder: string): Manifest[] {
  return filesUnder(folder, '.yaml')
    .filter((file) => !file.endsWith('kustomization.yaml'))
    .flatMap((file) => parseYamlStream<Manifest>(readText(file)));
}

/** The definition in the Kubernetes schema: `apps/v1` and `Deployment` make `io.k8s.api.apps.v1.Deployment`. */
export function schemaDefinition({ apiVersion, kind }: Manifest): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  return `io.k8s.api.${(group as string).replace('.k8s.io', '')}.${version}.${kind}`;
}

/** Whether a pod with these labels is meant by the selector. */
export function selects(selector: Selector, labels: Labels): boolean {
  const named = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return named && (selector.matchExpressions ?? []).every(({ key, operator, values }) => operator === 'In' && values.includes(labels[key] ?? ''));
}
