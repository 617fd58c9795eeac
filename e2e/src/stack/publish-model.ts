import { createHash, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { modelNameSchema, versionDraftSchema, type RegistryResult, type VersionDraftInput } from '@switchyard/model-registry';
import { createFilesystemObjectStore } from '@switchyard/object-store-filesystem';
import { createRegistryCommands } from '@switchyard/queue-bullmq';
import { awaitChampions } from './await-champions.js';
import type { TrainedStack } from './trained-stack.js';

const COMMAND_DEADLINE_MS = 20_000;
const LOADED_WITHIN_MS = 30_000;
const PREFIX = '{switchyard}';

export interface PublishedModel extends Omit<VersionDraftInput, 'artifacts' | 'lineage'> {
  readonly name: string;
  /** The bytes of `model.onnx`. */
  readonly onnx: Uint8Array;
}

/** Publishes a model the way trainers do (files staged in the object store, a command to the registry) and waits until a worker serves it. */
export async function publishModel({ objectsDirectory, redisUrl, httpUrl }: TrainedStack, { name, onnx, ...stated }: PublishedModel): Promise<RegistryResult> {
  const stagedUnder = `runs/${randomUUID()}/staged`;
  await createFilesystemObjectStore(objectsDirectory).put(`${stagedUnder}/onnx/model.onnx`, onnx);
  const file = { path: 'onnx/model.onnx', bytes: onnx.byteLength, sha256: createHash('sha256').update(onnx).digest('hex') };
  const draft = versionDraftSchema.parse({
    ...stated, artifacts: [{ format: 'onnx', files: [file] }], lineage: { runId: null, datasetName: null, datasetDigest: null, parentVersion: null },
  });
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const commands = createRegistryCommands({ redis, prefix: PREFIX });
  try {
    const result = await commands.execute({ command: 'publish', model: modelNameSchema.parse(name), by: 'a test', why: '', draft, stagedUnder, promote: true }, { timeoutMs: COMMAND_DEADLINE_MS });
    await awaitChampions(httpUrl, [name], LOADED_WITHIN_MS);
    return result;
  } finally {
    await commands.close();
    redis.disconnect();
  }
}
