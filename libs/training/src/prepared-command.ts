import { ServingError } from '@switchyard/errors';
import { readJson, writeJson, type ObjectStore } from '@switchyard/object-store';
import { registryCommandSchema, type RegistryCommand } from '@switchyard/model-registry';

/**
 * `runs/<id>/publish.json`: the command a run is about to send, written once its files are staged.
 * A trainer that dies between here and the registry's answer leaves a run that only needs the command repeated, not the training.
 */
export async function savePreparedCommand(store: ObjectStore, runId: string, command: RegistryCommand): Promise<void> {
  await writeJson(store, preparedKey(runId), command);
}

/** @returns null when the run never came that far. @throws ServingError `storage-unavailable` when what lies there is no command. */
export async function preparedCommand(store: ObjectStore, runId: string): Promise<RegistryCommand | null> {
  const found = await readJson(store, preparedKey(runId));
  if (found === null) return null;
  const parsed = registryCommandSchema.safeParse(found);
  if (parsed.success) return parsed.data;
  throw new ServingError('storage-unavailable', `The prepared publish command of run "${runId}" cannot be read.`, { cause: parsed.error });
}

function preparedKey(runId: string): string {
  return `runs/${runId}/publish.json`;
}
