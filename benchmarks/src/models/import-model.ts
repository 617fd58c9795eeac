import { openAsBlob } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ServingError } from '@switchyard/errors';
import { z } from 'zod';

/** A model from elsewhere, for `POST /models/{name}/versions`. */
export interface ModelToImport {
  readonly name: string;
  /** Path within the model → where it lies. */
  readonly files: Readonly<Record<string, string>>;
  /** How pictures become its input; left out for a model that takes none. */
  readonly preprocess?: string;
}

const UPLOAD_TIMEOUT_MS = 60_000;
const REQUEST_TIMEOUT_MS = 10_000;
const IMPORT_DEADLINE_MS = 180_000;
const LOOK_EVERY_MS = 200;

const importSchema = z.object({ id: z.string(), status: z.string(), error: z.object({ message: z.string() }).nullable() });
type ImportState = z.infer<typeof importSchema>;

/** Imports a model as a user would, over HTTP, and waits until it is the champion. @throws ServingError with the api's own sentence */
export async function importModel(httpUrl: string, { name, files, preprocess }: ModelToImport): Promise<void> {
  const form = new FormData();
  for (const [path, location] of Object.entries(files)) form.append('file', await openAsBlob(location), path);
  if (preprocess !== undefined) form.append('preprocess', preprocess);
  let state = await ask(`${httpUrl}/models/${name}/versions`, { method: 'POST', body: form, signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS) });
  const endMs = performance.now() + IMPORT_DEADLINE_MS;
  while (state.status !== 'succeeded') {
    if (state.error !== null) throw new ServingError('model-invalid', `The import of "${name}" failed: ${state.error.message}`);
    if (performance.now() > endMs) throw new ServingError('deadline-exceeded', `The import of "${name}" did not end within ${IMPORT_DEADLINE_MS} ms.`);
    await delay(LOOK_EVERY_MS);
    state = await ask(`${httpUrl}/imports/${state.id}`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
  }
}

async function ask(url: string, init: RequestInit): Promise<ImportState> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new ServingError('internal', `The import was refused with status ${response.status}: ${text.slice(0, 300)}`);
  return importSchema.parse(JSON.parse(text));
}
