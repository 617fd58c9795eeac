import type { OpenAPIObject } from '@nestjs/swagger';
import { errorResponses, errorSchemas } from './error-responses.js';
import { HEALTH_SCHEMA, READINESS_SCHEMA, STATISTICS_SCHEMA } from './runtime-schemas.js';

interface Operation {
  summary?: string;
  parameters?: { readonly name: string; readonly in: string }[];
  responses: Record<string, { description?: string; content?: object }>;
}

const TAG = 'Operations';
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;
const READINESS = { description: 'Each check by its name, and whether it holds', content: json(READINESS_SCHEMA) };

/** The routes every service has: the service runtime they come from knows nothing of OpenAPI. */
const RUNTIME_OPERATIONS: Readonly<Record<string, { readonly summary: string; readonly responses: Operation['responses'] }>> = {
  '/health': { summary: 'Whether the process lives', responses: { 200: { description: 'It lives', content: json(HEALTH_SCHEMA) } } },
  '/ready': { summary: 'Whether it may take traffic: Redis, the object store, a live worker for each model', responses: { 200: READINESS, 503: READINESS } },
  '/metrics': {
    summary: 'What it has done: for Prometheus, or as JSON where that is asked for',
    responses: { 200: { description: 'Metrics', content: { 'text/plain': { schema: { type: 'string' } }, ...json(STATISTICS_SCHEMA) } } },
  },
};

/** Completes what the decorators of the routes leave out, so that the document says everything a client may meet: parameters of paths, answers, errors. */
export function describeOperations(document: OpenAPIObject): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined;
      if (operation !== undefined) describeOperation(path, operation);
    }
  }
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...errorSchemas } };
  return document;
}

function describeOperation(path: string, operation: Operation): void {
  const runtime = RUNTIME_OPERATIONS[path];
  if (runtime !== undefined) Object.assign(operation, { summary: runtime.summary, tags: [TAG] });
  operation.responses = { ...errorResponses(path), ...operation.responses, ...runtime?.responses };
  operation.parameters = [...missingParameters(path, operation), ...(operation.parameters ?? [])];
}

function json(schema: object): object {
  return { 'application/json': { schema } };
}

function missingParameters(path: string, { parameters = [] }: Operation): { name: string; in: string }[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const missing = names.filter((name) => !parameters.some((known) => known.in === 'path' && known.name === name));
  return missing.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string', minLength: 1 } }));
}
