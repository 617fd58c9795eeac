import { ServingError } from '@switchyard/errors';
import { jsonText, type Json } from '@switchyard/json-numbers';

/** `JSON Value: {…} <problem>`, as TensorFlow Serving says that a document is not what it should be. */
export function formatError(value: Json, problem: string): ServingError {
  return new ServingError('invalid-input', `JSON Value: ${jsonText(value)} ${problem}`);
}
