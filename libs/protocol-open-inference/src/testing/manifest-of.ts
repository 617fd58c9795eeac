import { manifestSchema, type Manifest, type Preprocessing, type Signature } from '@switchyard/model-registry';

/** Version 1 of a model named `mymodel`, as the specifications call theirs. */
export function manifestOf({ preprocessing = null, ...signature }: Signature & { readonly preprocessing?: Preprocessing | null }): Manifest {
  return manifestSchema.parse({
    name: 'mymodel',
    version: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    signature,
    preprocessing,
    artifacts: [{ format: 'onnx', files: [{ path: 'onnx/model.onnx', bytes: 1, sha256: '0'.repeat(64) }] }],
    lineage: { runId: null, datasetName: null, datasetDigest: null, parentVersion: null },
  });
}
