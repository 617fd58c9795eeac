import { callJson } from './call-json.js';
import type { CallOptions, Transport } from './transport.js';

/** Names that point to versions: `champion`, `previous`, and your own. */
export type Aliases = Readonly<Record<string, number>>;

export interface Model {
  readonly name: string;
  readonly aliases: Aliases;
  readonly versions: readonly number[];
}

export interface TensorSpec {
  readonly name: string;
  readonly dtype: string;
  /** -1 where a size is open, as that of the rows. */
  readonly shape: readonly number[];
}

export interface ModelVersion {
  readonly version: number;
  readonly createdAt: Date;
  /** Forms it is stored in, fastest first. */
  readonly formats: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly signature: { readonly inputs: readonly TensorSpec[]; readonly outputs: readonly TensorSpec[] };
  readonly labels: readonly string[] | null;
  /** Live workers that have it loaded. */
  readonly workersServing: number;
}

/** What a promotion or a rollback came to. */
export interface Promotion {
  readonly model: string;
  readonly version: number;
  readonly aliases: Aliases;
}

interface WireVersion extends Omit<ModelVersion, 'createdAt' | 'workersServing'> {
  readonly created_at: string;
  readonly workers_serving: number;
}

/** What there is to serve, and what serves. */
export class Models {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(options?: CallOptions): Promise<Model[]> {
    const { models } = await callJson<{ models: Model[] }>(this.#transport, { method: 'GET', path: '/models', isRepeatable: true }, options);
    return models.map(({ name, aliases, versions }) => ({ name, aliases, versions }));
  }

  /** @throws SwitchyardError `model-not-found` */
  async versions(model: string, options?: CallOptions): Promise<{ readonly aliases: Aliases; readonly versions: readonly ModelVersion[] }> {
    const { aliases, versions } = await callJson<{ aliases: Aliases; versions: WireVersion[] }>(this.#transport, { method: 'GET', path: `${pathOf(model)}/versions`, isRepeatable: true }, options);
    return { aliases, versions: versions.map(versionFromWire) };
  }

  /** Makes a version the champion. @throws SwitchyardError `model-not-found`, `version-not-found` */
  promote(model: string, version: number, { why, ...options }: CallOptions & { readonly why?: string } = {}): Promise<Promotion> {
    return this.#change(`${pathOf(model)}/promote`, { version, ...(why !== undefined && { why }) }, options);
  }

  /** Goes back to the previous champion, or to any version. @throws SwitchyardError `conflict` when none served before */
  rollback(model: string, { version, why, ...options }: CallOptions & { readonly version?: number; readonly why?: string } = {}): Promise<Promotion> {
    return this.#change(`${pathOf(model)}/rollback`, { ...(version !== undefined && { version }), ...(why !== undefined && { why }) }, options);
  }

  /** Twice is not once: a second rollback would go back to where the first one came from. */
  #change(path: string, body: object, options: CallOptions): Promise<Promotion> {
    return callJson<Promotion>(this.#transport, { method: 'POST', path, body, isRepeatable: false }, options);
  }
}

function pathOf(model: string): string {
  return `/models/${encodeURIComponent(model)}`;
}

function versionFromWire({ version, created_at, formats, metrics, signature, labels, workers_serving }: WireVersion): ModelVersion {
  return { version, createdAt: new Date(created_at), formats, metrics, signature, labels, workersServing: workers_serving };
}
