import { ServingError } from '@switchyard/errors';
import { JsonSyntaxError, parseJson as parse, type Json, type ParseJsonOptions } from '@switchyard/json-numbers';

/** Parses JSON as TensorFlow Serving does, with its messages and offsets. @throws ServingError `invalid-input`. */
export function parseJson(bytes: Uint8Array, options: ParseJsonOptions = {}): Json {
  if (bytes.length === 0) throw new ServingError('invalid-input', 'JSON Parse error: The document is empty');
  try {
    return parse(bytes, options);
  } catch (thrown) {
    if (!(thrown instanceof JsonSyntaxError)) throw thrown;
    throw new ServingError('invalid-input', `JSON Parse error: ${thrown.problem} at offset: ${thrown.offset}`, { cause: thrown });
  }
}
