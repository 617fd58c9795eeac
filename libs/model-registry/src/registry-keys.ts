/** Where the registry keeps what it knows (see docs: `models/<name>/…`). */
export const MODELS_PREFIX = 'models/';

const SEQUENCE_DIGITS = 8;

export function manifestKey(model: string, version: number): string {
  return `${versionPrefix(model, version)}manifest.json`;
}

export function versionPrefix(model: string, version: number): string {
  return `${MODELS_PREFIX}${model}/versions/${version}/`;
}

export function servingKey(model: string): string {
  return `${MODELS_PREFIX}${model}/serving.json`;
}

/** Zero-padded, so that the store's key order is the order of the changes. */
export function promotionKey(model: string, sequence: number): string {
  return `${promotionsPrefix(model)}${String(sequence).padStart(SEQUENCE_DIGITS, '0')}.json`;
}

export function promotionsPrefix(model: string): string {
  return `${MODELS_PREFIX}${model}/promotions/`;
}

/** Model and version of a manifest's key; null for any other key. */
export function parseManifestKey(key: string): { readonly model: string; readonly version: number } | null {
  const match = /^models\/([^/]+)\/versions\/(\d+)\/manifest\.json$/.exec(key);
  return match === null ? null : { model: match[1] as string, version: Number(match[2]) };
}
