import { createHash, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { modelNameSchema, versionDraftSchema, type ModelFormat, type RegistryResult, type VersionDraftInput } from '@switchyard/model-registry';
import { createFilesystemObjectStore } from '@switchyard/object-store-filesystem';
import { createRegistryCommands } from '@switchyard/queue-bullmq';
import { until } from '@switchyard/test-kit';
import { getJson } from './http.js';
import type { TrainedStack } from './trained-stack.js';

const COMMAND_DEADLINE_MS = 20_000;
const LOADED_WITHIN_MS = 30_000;
const PREFIX = '{switchyard}';

export interface PublishedFiles extends Omit<VersionDraftInput, 'artifacts' | 'lineage'> {
  readonly name: string;
  readonly format: ModelFormat;
  /** Contents by file name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

export interface PublishedModel extends Omit<PublishedFiles, 'format' | 'files'> {
  /** The bytes of `model.onnx`. */
  readonly onnx: Uint8Array;
}

/** Publishes a model the way trainers do (files staged in the object store, a command to the registry) and waits until a worker serves it. */
export function publishModel(stack: TrainedStack, { onnx, ...stated }: PublishedModel): Promise<RegistryResult> {
  return publishFiles(stack, { ...stated, format: 'onnx', files: { 'model.onnx': onnx } });
}

/** The same, for a model of any format. */
export async function publishFiles({ objectsDirectory, redisUrl, httpUrl }: TrainedStack, { name, format, files, ...stated }: PublishedFiles): Promise<RegistryResult> {
  const stagedUnder = `runs/${randomUUID()}/staged`;
  const store = createFilesystemObjectStore(objectsDirectory);
  for (const [file, bytes] of Object.entries(files)) await store.put(`${stagedUnder}/${format}/${file}`, bytes);
  const described = Object.entries(files).map(([file, bytes]) => ({ path: `${format}/${file}`, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') }));
  const draft = versionDraftSchema.parse({
    ...stated, artifacts: [{ format, files: described }], lineage: { runId: null, datasetName: null, datasetDigest: null, parentVersion: null },
  });
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const commands = createRegistryCommands({ redis, prefix: PREFIX });
  try {
    const result = await commands.execute({ command: 'publish', model: modelNameSchema.parse(name), by: 'a test', why: '', draft, stagedUnder, promote: true }, { timeoutMs: COMMAND_DEADLINE_MS });
    await awaitVersion(`${httpUrl}/v1/models/${name}/versions/${result.version}`);
    return result;
  } finally {
    await commands.close();
    redis.disconnect();
  }
}

async function awaitVersion(url: string): Promise<void> {
  const isAvailable = async (): Promise<boolean> => (await getJson<{ model_version_status?: { state: string }[] }>(url)).body.model_version_status?.[0]?.state === 'AVAILABLE';
  await until(isAvailable, { deadlineMs: LOADED_WITHIN_MS, describe: `${url} to be available` });
}
