/** Where the registry keeps what it knows: `models/<name>/…`. */
export const MODELS = 'models/';

const MANIFEST = 'manifest.json';

/** Wide enough for a change every second for three years; equal widths make the order of keys the order of changes. */
const SEQUENCE_DIGITS = 8;

const KEY = /^models\/(?<model>[^/]+)\/(?:versions\/(?<version>[1-9]\d*)\/(?<file>.+)|promotions\/(?<sequence>\d{8})\.json|serving\.json)$/;

export function modelPrefix(model: string): string {
  return `${MODELS}${model}/`;
}

export function versionPrefix(model: string, version: number): string {
  return `${modelPrefix(model)}versions/${version}/`;
}

export function manifestKey(model: string, version: number): string {
  return `${versionPrefix(model, version)}${MANIFEST}`;
}

export function servingKey(model: string): string {
  return `${modelPrefix(model)}serving.json`;
}

export function batchingKey(model: string): string {
  return `${modelPrefix(model)}batching.json`;
}

export function promotionKey(model: string, sequence: number): string {
  return `${modelPrefix(model)}promotions/${String(sequence).padStart(SEQUENCE_DIGITS, '0')}.json`;
}

/** What there is of a model, told from its keys alone. */
export interface ModelKeys {
  /** Versions that have a manifest, ascending. */
  readonly versions: number[];
  /** Numbers of the promotion log, ascending. */
  readonly sequences: number[];
}

/** Sorts the keys below `models/` by model. Strangers among them, and versions without a manifest, are passed over. */
export async function groupByModel(keys: AsyncIterable<string>): Promise<Map<string, ModelKeys>> {
  const models = new Map<string, ModelKeys>();
  for await (const key of keys) {
    const { model, version, file, sequence } = KEY.exec(key)?.groups ?? {};
    if (model === undefined) continue;
    const known = models.get(model) ?? { versions: [], sequences: [] };
    models.set(model, known);
    if (version !== undefined && file === MANIFEST) known.versions.push(Number(version));
    if (sequence !== undefined) known.sequences.push(Number(sequence));
  }
  for (const { versions, sequences } of models.values()) {
    versions.sort(ascending);
    sequences.sort(ascending);
  }
  return models;
}

function ascending(a: number, b: number): number {
  return a - b;
}
