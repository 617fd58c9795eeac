import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';
import { MAX_UPLOAD_PICTURES } from '@switchyard/training';
import { readParts } from '../http/read-parts.js';

const FILE_FIELD = 'files';
const LABEL_FIELD = 'labels';
/** Which training the pictures are for: one of each, at most. */
const OPTION_FIELDS: readonly string[] = ['pipeline', 'model'];
const MAX_FIELD_BYTES = 128 * 1024;
const SHOWN_LENGTH = 50;

export interface PictureForm {
  readonly files: readonly { readonly filename: string; readonly bytes: Buffer }[];
  /** The fields as they came; `readLabels` makes labels of them. */
  readonly labels: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The labelled pictures of a multipart request, in memory.
 * @param maxBytes of all pictures and fields together
 * @throws ServingError `invalid-input` | `payload-too-large`
 */
export async function readPictureForm(request: FastifyRequest, maxBytes: number): Promise<PictureForm> {
  const reader = new PictureFormReader(maxBytes);
  const fields = MAX_UPLOAD_PICTURES + OPTION_FIELDS.length;
  const limits = { files: MAX_UPLOAD_PICTURES, fields, parts: MAX_UPLOAD_PICTURES + fields, fieldSize: MAX_FIELD_BYTES, fileSize: maxBytes };
  await readParts(request, { limits, words: TOO_MANY }, (part) => reader.take(part));
  return reader.result();
}

const TOO_MANY: Readonly<Record<string, string>> = { FST_FILES_LIMIT: `The upload has more than the ${MAX_UPLOAD_PICTURES} pictures that are accepted at once.` };

/** Takes the parts of one form. */
class PictureFormReader {
  readonly #maxBytes: number;
  readonly #files: { filename: string; bytes: Buffer }[] = [];
  readonly #labels: string[] = [];
  readonly #options: Record<string, string> = {};
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  async take(part: Multipart): Promise<void> {
    if (part.type === 'file') await this.#file(part);
    else this.#field(part.fieldname, part.value, part.valueTruncated);
  }

  result(): PictureForm {
    if (this.#files.length === 0) throw new ServingError('invalid-input', `The upload has no pictures; they are expected in the field "${FILE_FIELD}".`);
    return { files: this.#files, labels: this.#labels, options: this.#options };
  }

  #field(name: string, value: unknown, isTruncated: boolean): void {
    if (name === FILE_FIELD) throw new ServingError('invalid-input', `The field "${FILE_FIELD}" of the upload is text; a file is expected.`);
    if (name !== LABEL_FIELD && !OPTION_FIELDS.includes(name)) {
      throw new ServingError('invalid-input', `The upload has a field "${name.slice(0, SHOWN_LENGTH)}"; "files", "labels", "pipeline" or "model" is expected.`);
    }
    if (isTruncated) throw new ServingError('invalid-input', `The field "${name}" of the upload is longer than the ${MAX_FIELD_BYTES} bytes that are accepted.`);
    if (typeof value !== 'string') throw new ServingError('invalid-input', `The field "${name}" of the upload is no text.`);
    this.#bytes += Buffer.byteLength(value);
    this.#assertWithinBudget();
    if (name === LABEL_FIELD) this.#labels.push(value);
    else if (name in this.#options) throw new ServingError('invalid-input', `The upload has the field "${name}" more than once.`);
    else this.#options[name] = value;
  }

  #assertWithinBudget(): void {
    if (this.#bytes > this.#maxBytes) throw new ServingError('payload-too-large', `The upload is larger than the ${this.#maxBytes} bytes that are accepted at once.`);
  }

  async #file(part: MultipartFile): Promise<void> {
    if (part.fieldname !== FILE_FIELD) {
      throw new ServingError('invalid-input', `The upload has a file in the field "${part.fieldname.slice(0, SHOWN_LENGTH)}"; "${FILE_FIELD}" is expected.`);
    }
    const chunks: Buffer[] = [];
    // Leaving the loop early would destroy the stream, and the form would wait for its end for ever.
    for await (const chunk of part.file as AsyncIterable<Buffer>) {
      this.#bytes += chunk.byteLength;
      if (this.#bytes <= this.#maxBytes) chunks.push(chunk);
    }
    this.#assertWithinBudget();
    this.#files.push({ filename: part.filename, bytes: Buffer.concat(chunks) });
  }
}
