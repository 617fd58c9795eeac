import type { FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';

export interface Upload {
  readonly bytes: Buffer;
  readonly filename: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The file under `file` and the text fields of a multipart request; sizes are bounded by the parser. @throws ServingError `invalid-input` without a file. */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  const fields: Record<string, string> = {};
  let file: { bytes: Buffer; filename: string } | undefined;
  for await (const part of request.parts()) {
    if (part.type === 'field') fields[part.fieldname] = String(part.value);
    else file = { bytes: await part.toBuffer(), filename: part.filename };
  }
  if (file === undefined) throw new ServingError('invalid-input', 'The upload has no file; an image is expected in the field "file".');
  return { ...file, fields };
}
