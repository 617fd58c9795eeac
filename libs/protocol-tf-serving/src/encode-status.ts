/** States of a version in the order of its life (`ModelVersionStatus.State`). */
export type ServableState = 'UNKNOWN' | 'START' | 'LOADING' | 'AVAILABLE' | 'UNLOADING' | 'END';

export interface VersionState {
  readonly version: number;
  readonly state: ServableState;
}

/** The answer to `GET /v1/models/<name>`; versions are texts, as protobuf writes 64-bit integers in JSON. */
export function encodeStatus(versions: readonly VersionState[]): Buffer {
  const statuses = versions.map(({ version, state }) => ({
    version: String(version),
    state,
    status: { error_code: 'OK', error_message: '' },
  }));
  return Buffer.from(JSON.stringify({ model_version_status: statuses }));
}
