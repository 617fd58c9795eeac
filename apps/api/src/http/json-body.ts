import { ServingError } from '@switchyard/errors';
import type { z } from 'zod';
import { bodyBytes } from './body-parsers.js';
import { describeIssue, expectation } from './json-issue.js';

/** A small JSON body, checked. An empty body counts as `{}`. @throws ServingError `invalid-input` naming every value that is wrong. */
export function jsonBody<Schema extends z.ZodType>(body: unknown, schema: Schema): z.infer<Schema> {
  const result = schema.safeParse(parseJson(bodyBytes(body)), { error: expectation, reportInput: true });
  if (result.success) return result.data;
  throw new ServingError('invalid-input', `The request body cannot be used: ${result.error.issues.map(describeIssue).join('; ')}.`);
}

export function parseJson(bytes: Buffer): unknown {
  if (bytes.byteLength === 0) return {};
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new ServingError('invalid-input', `The request body is not valid JSON: ${(cause as Error).message}.`, { cause });
  }
}
