import type { OpenAPIObject } from '@nestjs/swagger';
import { ERROR_KINDS, type ErrorKind } from '@switchyard/errors';
import { errorProtocolOf } from './error-protocol.js';

type Components = NonNullable<OpenAPIObject['components']>;
type Schema = NonNullable<Components['schemas']>[string];

/** What the HTTP layer itself refuses, before a protocol is asked: a page of another origin, a request that is late or cannot be read, a path or headers that are too long. */
const HTTP_STATUSES = [400, 403, 404, 408, 413, 414, 415, 431] as const;

const ERROR = { type: 'string', description: 'One full sentence, for people.' } as const;

/** The body of an error: in our own shape, and in that of the other protocols, which have no kind. */
export const errorSchemas: Readonly<Record<'Error' | 'ErrorMessage', Schema>> = {
  Error: { type: 'object', required: ['error', 'kind'], properties: { error: ERROR, kind: { type: 'string', enum: [...ERROR_KINDS], description: 'For programs.' } } },
  ErrorMessage: { type: 'object', required: ['error'], properties: { error: ERROR } },
};

/** Every error an operation may answer with, by its status, as the protocol of its path maps the kinds of errors. */
export function errorResponses(path: string): Readonly<Record<string, object>> {
  const table = errorProtocolOf(path).errorStatus;
  const schema = /^\/v\d(\/|$)/.test(path) ? 'ErrorMessage' : 'Error';
  const statuses = new Set([...HTTP_STATUSES, ...Object.values<number>(table)]);
  return Object.fromEntries([...statuses].sort((a, b) => a - b).map((status) => [String(status), response(schema, kindsOf(table, status))]));
}

function kindsOf(table: Readonly<Record<ErrorKind, number>>, status: number): string {
  return ERROR_KINDS.filter((kind) => table[kind] === status).join(', ') || 'refused before it was looked at';
}

function response(schema: string, description: string): object {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } };
}
