import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';
import { formError } from '../http/form-error.js';

/** Where the image is looked for. */
const FILE_FIELD = 'file';
const SHOWN_LENGTH = 50;

export interface Upload {
  readonly bytes: Buffer;
  readonly filename: string;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * The file under `file` and the text fields of a multipart request; sizes are bounded by the parser.
 * Reads to the end whatever is wrong: a body left half read would block its connection for the next request.
 * @throws ServingError `invalid-input` when there is no such file, another one, or the form cannot be read; the parser's own error when it is too large.
 */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  const fields: Record<string, string> = {};
  const problems: ServingError[] = [];
  let file: { bytes: Buffer; filename: string } | undefined;
  try {
    for await (const part of request.parts()) {
      const problem = problemOf(part);
      if (problem !== null) problems.push(problem);
      if (part.type === 'field') fields[part.fieldname] = String(part.value);
      else if (problem !== null) part.file.resume();
      else file = { bytes: await part.toBuffer(), filename: part.filename };
    }
  } catch (thrown) {
    throw formError(thrown, ONE_FILE);
  }
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  if (file === undefined) throw new ServingError('invalid-input', `The upload has no file; an image is expected in the field "${FILE_FIELD}".`);
  return { ...file, fields };
}

function problemOf(part: MultipartFile | MultipartValue): ServingError | null {
  const name = shown(part.fieldname);
  if (part.type === 'file') return part.fieldname === FILE_FIELD ? null : new ServingError('invalid-input', `The upload has a file in the field "${name}"; one in "${FILE_FIELD}" is expected.`);
  if (part.valueTruncated) return new ServingError('invalid-input', `The field "${name}" of the upload is longer than is accepted.`);
  return typeof part.value === 'string' ? null : new ServingError('invalid-input', `The field "${name}" of the upload is no text.`);
}

const ONE_FILE = { FST_FILES_LIMIT: `The upload has more than one file; one file in the field "${FILE_FIELD}" is expected.` } as const;

function shown(name: string): string {
  return name.length <= SHOWN_LENGTH ? name : `${name.slice(0, SHOWN_LENGTH)}…`;
}
