import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ERROR_KINDS, ServingError } from '@switchyard/errors';
import { modelNameSchema, modelVersionSchema } from '@switchyard/model-registry';
import { readJson, writeJson, type ObjectStore } from '@switchyard/object-store';

/** Name of the BullMQ queue on which imports wait; a job's id is its import's, all else lies in the record. */
export const IMPORT_QUEUE = 'imports';
/** Where imports lie in the object store. */
export const IMPORTS = 'imports/';

export const IMPORT_STATUSES = ['queued', 'running', 'succeeded', 'failed'] as const;
export const IMPORT_STEPS = ['fetch', 'inspect', 'compile', 'trial', 'publish'] as const;
export type ImportStep = (typeof IMPORT_STEPS)[number];

/** What whoever imports a model states about it. */
export const importOptionsSchema = z.object({
  /** The signature to serve, where the file offers several; null for its default. */
  signature: z.string().min(1).max(256).nullable(),
  /** How pictures become the input, as `parsePreprocessing` reads it; null for a model that takes tensors alone. */
  preprocess: z.string().min(1).max(2_000).nullable(),
  labels: z.array(z.string()).nullable(),
  promote: z.boolean(),
  /** The number that the version has where it comes from: the folder's of a watched directory. */
  sourceVersion: modelVersionSchema.nullable(),
});

/** Where the files are: put under the import's own folder by whoever took them in, or lying elsewhere in the object store. */
export const importSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('staged'), files: z.array(z.object({ path: z.string(), bytes: z.number().int().min(0) })).min(1) }),
  z.object({ kind: z.literal('objects'), from: z.string().min(1) }),
]);

/** `imports/<id>/import.json`: one import, rewritten as it goes on. */
export const importRecordSchema = z.object({
  id: z.string(),
  model: modelNameSchema,
  status: z.enum(IMPORT_STATUSES),
  requestedBy: z.string(),
  source: importSourceSchema,
  options: importOptionsSchema,
  /** What was found out and done, in order; each a full sentence. */
  steps: z.array(z.object({ step: z.enum(IMPORT_STEPS), message: z.string(), durationMs: z.number() })),
  version: modelVersionSchema.nullable(),
  /** Why there is no version. */
  error: z.object({ kind: z.enum(ERROR_KINDS), message: z.string() }).nullable(),
  submittedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});

export type ImportOptions = z.infer<typeof importOptionsSchema>;
export type ImportSource = z.infer<typeof importSourceSchema>;
export type ImportRecord = z.infer<typeof importRecordSchema>;

/** A new import's id: a segment of object keys and a job id, in the order of time. */
export function newImportId(wallMs: number): string {
  return `${new Date(wallMs).toISOString().replace(/\.\d+|[-:]/g, '')}-${randomBytes(6).toString('hex')}`;
}

const IMPORT_ID = /^[A-Za-z0-9-]{1,64}$/;

/** Whether a stranger's text could be the id of an import. */
export function isImportId(text: string): boolean {
  return IMPORT_ID.test(text);
}

/** The folder of everything that belongs to an import. */
export function importPrefix(id: string): string {
  return `${IMPORTS}${id}/`;
}

/** Where the file lies that was taken in as number `index`: paths of strangers are no keys of ours. */
export function stagedKey(id: string, index: number): string {
  return `${importPrefix(id)}staged/${index}`;
}

/** @throws ServingError `storage-unavailable` */
export async function writeImport(store: ObjectStore, record: ImportRecord): Promise<void> {
  await writeJson(store, `${importPrefix(record.id)}import.json`, record);
}

/** @returns null when there is no such import, or it was swept away. @throws ServingError `storage-unavailable` when the record is not readable as one */
export async function readImport(store: ObjectStore, id: string): Promise<ImportRecord | null> {
  const found = await readJson(store, `${importPrefix(id)}import.json`);
  if (found === null) return null;
  const parsed = importRecordSchema.safeParse(found);
  if (parsed.success) return parsed.data;
  throw new ServingError('storage-unavailable', `The record of import "${id}" cannot be read.`, { cause: parsed.error });
}

export interface NewImport {
  readonly id: string;
  readonly model: string;
  readonly requestedBy: string;
  readonly source: ImportSource;
  readonly options: ImportOptions;
}

/** An outage of the store or the registry of a minute is sat out. */
const ATTEMPTS = 6;
const FIRST_BACK_OFF_MS = 2_000;
/** Ended jobs kept in Redis for a look; imports themselves lie in the object store. */
const KEPT_JOBS = 100;

/** How an import's job is put on the queue, whoever asks for it (plain options of BullMQ's `add`): once, however often it is put there. */
export function importJobOptions(id: string) {
  const kept = { count: KEPT_JOBS };
  return { jobId: id, attempts: ATTEMPTS, backoff: { type: 'exponential', delay: FIRST_BACK_OFF_MS }, removeOnComplete: kept, removeOnFail: kept } as const;
}

/** The record of an import that waits for its turn. */
export function queuedImport(given: NewImport, wallMs: number): ImportRecord {
  return { ...given, status: 'queued', steps: [], version: null, error: null, submittedAt: new Date(wallMs).toISOString(), startedAt: null, endedAt: null };
}
