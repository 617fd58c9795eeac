import { z } from 'zod';

const sourceVersionSchema = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** Which versions of a watched folder are served, under TensorFlow Serving's names (`ModelConfig` of model_server_config.proto). */
export const versionPolicySchema = z.union([
  z.strictObject({ latest: z.strictObject({ num_versions: z.number().int().min(1).max(100).default(1) }) }),
  z.strictObject({ all: z.strictObject({}) }),
  z.strictObject({ specific: z.strictObject({ versions: z.array(sourceVersionSchema).min(1).max(1_000) }) }),
]);
export type VersionPolicy = z.infer<typeof versionPolicySchema>;

/** `model_config.json` beside the version folders of a model: what TensorFlow Serving's configuration says of it, and what its files do not say. */
export const watchedModelConfigSchema = z.strictObject({
  model_version_policy: versionPolicySchema.default({ latest: { num_versions: 1 } }),
  /** Names for versions, by which callers may ask for them. */
  version_labels: z.record(z.string(), sourceVersionSchema).default({}),
  preprocess: z.string().min(1).max(2_000).nullable().default(null),
  signature: z.string().min(1).max(256).nullable().default(null),
  labels: z.array(z.string()).nullable().default(null),
});
export type WatchedModelConfig = z.infer<typeof watchedModelConfigSchema>;

/** The versions that the policy asks for among those there are, ascending. */
export function chosenVersions(available: readonly number[], policy: VersionPolicy): number[] {
  const ascending = [...available].sort((a, b) => a - b);
  if ('latest' in policy) return ascending.slice(-policy.latest.num_versions);
  if ('specific' in policy) return ascending.filter((version) => policy.specific.versions.includes(version));
  return ascending;
}
