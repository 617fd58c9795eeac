import { ServingError } from '@switchyard/errors';
import { JsonSyntaxError, parseJson, type Json, type ParseJsonOptions } from '@switchyard/json-numbers';

/** An object of a request. */
export type Members = ReadonlyMap<string, Json>;

/** The object a body is. @throws ServingError `invalid-input` with Triton's words. */
export function readDocument(bytes: Uint8Array, options?: ParseJsonOptions): Members {
  try {
    const document = parseJson(bytes, options);
    if (document instanceof Map) return document as Members;
  } catch (thrown) {
    if (!(thrown instanceof JsonSyntaxError)) throw thrown;
    throw new ServingError('invalid-input', `failed to parse the request JSON buffer: ${thrown.problem} at ${thrown.offset}`, { cause: thrown });
  }
  throw new ServingError('invalid-input', 'failed to parse the request JSON buffer: The document is no object. at 0');
}

/** The types of JSON in the words Triton has for what is none of them. */
export const EXPECTED = {
  array: 'attempt to access JSON non-array as array',
  object: 'attempt to access JSON non-object as object',
  string: 'attempt to access JSON non-string as string',
  boolean: 'attempt to access JSON non-boolean as boolean',
  signed: 'attempt to access JSON non-signed-integer as signed-integer',
  unsigned: 'attempt to access JSON non-unsigned-integer as unsigned-integer',
  number: 'attempt to access JSON non-number as double',
} as const;

/** A member that must be a list. @throws ServingError `invalid-input` */
export function listMember(members: Members, name: string): readonly Json[] {
  const value = presentMember(members, name);
  if (Array.isArray(value)) return value as readonly Json[];
  throw unable(name, EXPECTED.array);
}

/** A member that must be text. @throws ServingError `invalid-input` */
export function textMember(members: Members, name: string): string {
  const value = presentMember(members, name);
  if (typeof value === 'string') return value;
  throw unable(name, EXPECTED.string);
}

/** The object in a list. @throws ServingError `invalid-input` */
export function objectIn(list: string, value: Json): Members {
  if (value instanceof Map) return value as Members;
  throw unable(list, EXPECTED.object);
}

/** The `parameters` of a request, an input or an output; empty when there are none. @throws ServingError `invalid-input` */
export function parametersOf(members: Members): Members {
  const value = members.get('parameters');
  if (value === undefined) return NO_PARAMETERS;
  if (value instanceof Map) return value as Members;
  throw unable('parameters', EXPECTED.object);
}

const NO_PARAMETERS: Members = new Map();

/** A parameter that must be a whole number from 0 on; undefined when it is not given. @throws ServingError `invalid-input` */
export function countParameter(parameters: Members, name: string): number | undefined {
  const value = parameters.get(name);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw unable(name, EXPECTED.unsigned);
}

/** A parameter that must be true or false; undefined when it is not given. @throws ServingError `invalid-input` */
export function flagParameter(parameters: Members, name: string): boolean | undefined {
  const value = parameters.get(name);
  if (value === undefined || typeof value === 'boolean') return value;
  throw unable(name, EXPECTED.boolean);
}

/** What Triton says when a member is not what it must be. */
export function unable(name: string, problem: string): ServingError {
  return new ServingError('invalid-input', `Unable to parse '${name}': ${problem}`);
}

function presentMember(members: Members, name: string): Json {
  const value = members.get(name);
  if (value === undefined) throw unable(name, `attempt to access non-existing object member '${name}'`);
  return value;
}
