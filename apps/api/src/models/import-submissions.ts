import type { Queue } from 'bullmq';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '@switchyard/clock';
import { ServingError } from '@switchyard/errors';
import {
  importJobOptions, importPrefix, newImportId, parseLabels, queuedImport, writeImport, type ImportOptions, type ImportRecord, type ImportSource,
} from '@switchyard/model-import';
import { deleteUnder, modelNameSchema } from '@switchyard/model-registry';
import { assertKeyPrefix, type ObjectStore } from '@switchyard/object-store';
import { jsonBody } from '../http/json-body.js';
import { readModelUpload } from './read-model-upload.js';

/** Uploads that one process takes in at once: each holds a connection and a file of the store open for as long as it lasts. */
const MAX_UPLOADS = 8;
/** Imports that wait or are under way, over all apis: each may hold a whole model in the object store, and they are carried out one after another. */
const MAX_IMPORTS_WAITING = 50;
/** What the object store holds of ours that is no model. */
const CLOSED_FOLDERS = ['jobs/', 'runs/', 'datasets/', 'imports/'] as const;

const labelsSchema = z.union([z.string(), z.array(z.unknown()).transform((list) => JSON.stringify(list))]);

/** Body of `POST /models/{name}/versions` that names files which lie in the object store already. */
export const importByReferenceSchema = z.strictObject({
  from: z.string().min(1).max(1_000),
  labels: labelsSchema.optional(),
  preprocess: z.string().optional(),
  signature: z.string().optional(),
  promote: z.boolean().default(true),
});

const formSchema = z.object({
  labels: z.string().optional(),
  preprocess: z.string().optional(),
  signature: z.string().optional(),
  promote: z.enum(['true', 'false']).default('true').transform((text) => text === 'true'),
});

export interface ImportSubmissionsOptions {
  readonly store: ObjectStore;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly maxModelBytes: number;
}

/** Takes models in: stores their files, writes the record, and queues the import that the registry carries out. */
export class ImportSubmissions {
  readonly #options: ImportSubmissionsOptions;
  #uploads = 0;

  constructor(options: ImportSubmissionsOptions) {
    this.#options = options;
  }

  /** @throws ServingError what is wrong with the request; nothing of it is left in the store then */
  async submit(model: string, request: FastifyRequest): Promise<ImportRecord> {
    if (!modelNameSchema.safeParse(model).success) {
      throw new ServingError('invalid-input', `"${model.slice(0, 100)}" cannot name a model: a letter or digit, then at most 63 letters, digits, "_", "-" and ".", are expected.`);
    }
    await this.#assertRoom();
    return request.isMultipart() ? this.#upload(model, request) : this.#reference(model, request);
  }

  async #assertRoom(): Promise<void> {
    const waiting = await this.#options.queue.getJobCountByTypes('waiting', 'prioritized', 'delayed', 'active');
    if (waiting >= MAX_IMPORTS_WAITING) throw new ServingError('overloaded', `${waiting} imports are waiting already; at most ${MAX_IMPORTS_WAITING} are accepted.`, { retryAfterMs: 10_000 });
  }

  async #upload(model: string, request: FastifyRequest): Promise<ImportRecord> {
    if (this.#uploads === MAX_UPLOADS) throw new ServingError('overloaded', `${MAX_UPLOADS} models are being uploaded here already.`, { retryAfterMs: 5_000 });
    const { store, clock, maxModelBytes } = this.#options;
    const id = newImportId(clock.wallMs());
    this.#uploads += 1;
    try {
      const { files, fields } = await readModelUpload(request, { store, id, maxModelBytes });
      return await this.#queue(id, model, { kind: 'staged', files: [...files] }, optionsOf(parseForm(fields)));
    } catch (error) {
      await deleteUnder(store, importPrefix(id)).catch(() => undefined); // else the sweeper does
      throw error;
    } finally {
      this.#uploads -= 1;
    }
  }

  async #reference(model: string, request: FastifyRequest): Promise<ImportRecord> {
    const { from, ...options } = jsonBody(request.body, importByReferenceSchema);
    assertKeyPrefix(from);
    const closed = CLOSED_FOLDERS.find((folder) => `${from}/`.toLowerCase().startsWith(folder)); // some file systems do not tell cases apart
    if (closed !== undefined) throw new ServingError('invalid-input', `"${from}" cannot be imported: "${closed}" holds no models.`);
    return this.#queue(newImportId(this.#options.clock.wallMs()), model, { kind: 'objects', from }, optionsOf(options));
  }

  async #queue(id: string, model: string, source: ImportSource, options: ImportOptions): Promise<ImportRecord> {
    const { store, queue, clock } = this.#options;
    const record = queuedImport({ id, model, requestedBy: 'api', source, options }, clock.wallMs());
    await writeImport(store, record);
    await queue.add('import', {}, importJobOptions(id));
    return record;
  }
}

function parseForm(fields: Readonly<Record<string, string>>): z.infer<typeof formSchema> {
  const parsed = formSchema.safeParse(fields);
  if (parsed.success) return parsed.data;
  throw new ServingError('invalid-input', `The field "promote" is "${fields['promote']?.slice(0, 50) ?? ''}"; "true" or "false" is expected.`);
}

/** An empty text states nothing: a form has it where nothing was filled in. */
function optionsOf({ labels, preprocess, signature, promote }: z.infer<typeof formSchema>): ImportOptions {
  return { labels: labels ? parseLabels(labels) : null, preprocess: preprocess || null, signature: signature || null, promote, sourceVersion: null };
}
