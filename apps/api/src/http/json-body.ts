import { ServingError } from '@switchyard/errors';
import type { z } from 'zod';
import { bodyBytes } from './body-parsers.js';

/** A small JSON body, checked. An empty body counts as `{}`. @throws ServingError `invalid-input` naming every field that is wrong. */
export function jsonBody<Schema extends z.ZodType>(body: unknown, schema: Schema): z.infer<Schema> {
  const result = schema.safeParse(parseJson(bodyBytes(body)));
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => (issue.path.length === 0 ? issue.message : `"${issue.path.join('.')}": ${issue.message}`));
  throw new ServingError('invalid-input', `The request body cannot be used: ${problems.join('; ')}.`);
}

export function parseJson(bytes: Buffer): unknown {
  if (bytes.byteLength === 0) return {};
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new ServingError('invalid-input', `The request body is not valid JSON: ${(cause as Error).message}.`, { cause });
  }
}
