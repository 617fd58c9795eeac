import type { WorkerLease } from '@switchyard/inference';
import type { Manifest } from '@switchyard/model-registry';

/** `GET /model/info`: what a model is, what it takes and gives, and where it is loaded. */
export function modelInfo(manifest: Manifest, leases: readonly WorkerLease[]) {
  const { name, version, signature, preprocessing, labels } = manifest;
  const loaded = leases.flatMap(({ models }) => models).filter((model) => model.name === name && model.version === version);
  return {
    name,
    version: String(version),
    model_loaded: loaded.length > 0,
    workers_serving: loaded.length,
    engines: [...new Set(loaded.map(({ engine }) => engine))],
    formats: manifest.artifacts.map(({ format }) => format),
    inputs: signature.inputs.map(({ name: input, dtype, shape }) => ({ name: input, dtype, shape })),
    outputs: signature.outputs.map(({ name: output, dtype, shape }) => ({ name: output, dtype, shape })),
    takes_images: preprocessing !== null,
    preprocessing,
    num_classes: labels?.length ?? null,
    labels,
    metrics: manifest.metrics,
    created_at: manifest.createdAt,
  };
}
