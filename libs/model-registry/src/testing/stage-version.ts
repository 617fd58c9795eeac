import { createHash } from 'node:crypto';
import type { ObjectStore } from '@switchyard/object-store';
import type { VersionDraft } from '../manifest.js';
import type { PublishCommand } from '../registry-command.js';

export interface StagedVersion {
  readonly model?: string;
  readonly runId?: string | null;
  /** Contents by path; `onnx/…` belong to the onnx artifact, all others to tfjs-layers. */
  readonly files?: Readonly<Record<string, string>>;
  readonly stagedUnder?: string;
  readonly promote?: boolean;
}

const FILES = { 'onnx/model.onnx': 'onnx bytes', 'tfjs-layers/model.json': '{}', 'tfjs-layers/group1.bin': 'weights' };

/** Puts the files of a version where a trainer would, and gives back the command that publishes them. */
export async function stageVersion(store: ObjectStore, staged: StagedVersion = {}): Promise<PublishCommand> {
  const { files = FILES, stagedUnder = 'runs/r1/staged' } = staged;
  for (const [path, content] of Object.entries(files)) await store.put(`${stagedUnder}/${path}`, Buffer.from(content));
  return publishCommand({ ...staged, files, stagedUnder });
}

export function publishCommand({ model = 'digits', runId = 'r1', files = FILES, stagedUnder = 'runs/r1/staged', promote = true }: StagedVersion): PublishCommand {
  return { command: 'publish', model, by: 'a test', why: 'because', draft: draftOf(files, runId), stagedUnder, promote };
}

function draftOf(files: Readonly<Record<string, string>>, runId: string | null): VersionDraft {
  const described = Object.entries(files).map(([path, content]) => ({
    path,
    bytes: Buffer.byteLength(content),
    sha256: createHash('sha256').update(content).digest('hex'),
  }));
  const artifacts = (['onnx', 'tfjs-layers'] as const)
    .map((format) => ({ format, files: described.filter(({ path }) => path.startsWith('onnx/') === (format === 'onnx')) }))
    .filter(({ files: own }) => own.length > 0);
  return {
    signature: { inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 2], finite: true }], outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 1], finite: false }] },
    signatureName: 'serving_default',
    methodName: 'predict',
    artifacts,
    preprocessing: null,
    labels: null,
    metrics: { accuracy: 0.99 },
    lineage: { runId, datasetName: 'digits', datasetDigest: 'abc', parentVersion: null },
    compilation: null,
    engineChoice: null,
    origin: null,
  };
}
