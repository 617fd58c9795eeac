import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';
import { MAX_MODEL_FILES, ModelPaths, stagedKey } from '@switchyard/model-import';
import type { ObjectStore } from '@switchyard/object-store';
import { readParts } from '../http/read-parts.js';
import { UploadBudget, stageUpload } from './stage-upload.js';

/** Where the model's files are looked for, each with its path within the model as its file name. */
const FILE_FIELDS: readonly string[] = ['file', 'files'];
/** What may stand beside them, as text or (labels) as a file. */
export const OPTION_FIELDS: readonly string[] = ['labels', 'preprocess', 'signature', 'promote'];
/** 100,000 labels of forty letters. */
const MAX_FIELD_BYTES = 4 * 1024 * 1024;
const SHOWN_LENGTH = 50;

export interface ModelUpload {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly fields: Readonly<Record<string, string>>;
}

export interface ModelUploadOptions {
  readonly store: ObjectStore;
  /** The import under whose folder the files are put. */
  readonly id: string;
  readonly maxModelBytes: number;
}

/**
 * Streams a multipart upload into the object store; no file is ever whole in memory.
 * What was stored before a failure is for the caller to delete.
 * @throws ServingError `invalid-input` | `payload-too-large` | `storage-unavailable`, after the form has been read to its end
 */
export async function readModelUpload(request: FastifyRequest, options: ModelUploadOptions): Promise<ModelUpload> {
  const reader = new ModelFormReader(options);
  // The size of files is counted over all of them together, by the budget.
  const limits = { files: MAX_MODEL_FILES + 2, fields: OPTION_FIELDS.length + 4, parts: MAX_MODEL_FILES + 10, fieldSize: MAX_FIELD_BYTES, fileSize: Number.MAX_SAFE_INTEGER };
  await readParts(request, { preservePath: true, limits, words: TOO_MANY }, (part) => reader.take(part));
  return reader.result();
}

const TOO_MANY: Readonly<Record<string, string>> = { FST_FILES_LIMIT: `The upload has more than the ${MAX_MODEL_FILES} files that a model may have.` };

/** Takes the parts of one form. */
class ModelFormReader {
  readonly #options: ModelUploadOptions;
  readonly #budget: UploadBudget;
  readonly #paths = new ModelPaths();
  readonly #files: { path: string; bytes: number }[] = [];
  readonly #fields: Record<string, string> = {};

  constructor(options: ModelUploadOptions) {
    this.#options = options;
    this.#budget = new UploadBudget(options.maxModelBytes);
  }

  async take(part: Multipart): Promise<void> {
    if (part.type === 'field') this.#field(part.fieldname, part.value, part.valueTruncated);
    else if (part.fieldname === 'labels') this.#field('labels', await smallText(part), part.file.truncated);
    else await this.#file(part);
  }

  result(): ModelUpload {
    if (this.#files.length === 0) throw new ServingError('invalid-input', 'The upload has no files; those of a model are expected in the field "file".');
    return { files: this.#files, fields: this.#fields };
  }

  #field(name: string, value: unknown, isTruncated: boolean): void {
    if (!OPTION_FIELDS.includes(name)) {
      const known = [...FILE_FIELDS, ...OPTION_FIELDS].map((field) => `"${field}"`).join(', ');
      throw new ServingError('invalid-input', `The upload has a field "${name.slice(0, SHOWN_LENGTH)}"; one of ${known} is expected.`);
    }
    if (isTruncated) throw new ServingError('invalid-input', `The field "${name}" of the upload is longer than the ${MAX_FIELD_BYTES} bytes that are accepted.`);
    if (typeof value !== 'string') throw new ServingError('invalid-input', `The field "${name}" of the upload is no text.`);
    if (name in this.#fields) throw new ServingError('invalid-input', `The upload has the field "${name}" more than once.`);
    this.#fields[name] = value;
  }

  async #file(part: MultipartFile): Promise<void> {
    if (!FILE_FIELDS.includes(part.fieldname)) throw new ServingError('invalid-input', `The upload has a file in the field "${part.fieldname.slice(0, SHOWN_LENGTH)}"; "file" is expected.`);
    const path = part.filename;
    this.#paths.take(path);
    const key = stagedKey(this.#options.id, this.#files.length);
    this.#files.push({ path, bytes: await stageUpload(this.#options.store, { key, file: part.file, budget: this.#budget }) });
  }
}

async function smallText({ file }: MultipartFile): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early would destroy the stream, and what follows in the form would never be read.
  for await (const chunk of file as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes <= MAX_FIELD_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_FIELD_BYTES) throw new ServingError('invalid-input', `The labels are larger than the ${MAX_FIELD_BYTES} bytes that are accepted.`);
  return Buffer.concat(chunks).toString('utf8');
}
