import { ServingError } from '@switchyard/errors';

const FORM_PROBLEMS: Readonly<Record<string, string>> = {
  FST_FIELDS_LIMIT: 'The upload has more fields than are accepted.',
  FST_PARTS_LIMIT: 'The upload has more fields than are accepted.',
  FST_PROTO_VIOLATION: 'A field of the upload has a name that is not accepted, as "__proto__" or "constructor".',
  FST_INVALID_JSON_FIELD_ERROR: 'A field of the upload says by its content-type that it is JSON, and is not.',
  FST_MP_PREMATURE_CLOSE: 'The upload ended before its form did.',
};

/**
 * The form parser's limits and its refusals, by its codes; what has neither code nor status is a form it could not follow.
 * @param own sentences for what means another thing on this route
 */
export function formError(thrown: unknown, own: Readonly<Record<string, string>>): unknown {
  const { code, statusCode, message } = thrown as { code?: string; statusCode?: number; message: string };
  const sentence = code === undefined ? undefined : (own[code] ?? FORM_PROBLEMS[code]);
  if (sentence !== undefined) return new ServingError('invalid-input', sentence, { cause: thrown });
  if (statusCode !== undefined || thrown instanceof ServingError) return thrown;
  return new ServingError('invalid-input', `The upload cannot be read as multipart/form-data: ${message}.`, { cause: thrown });
}
