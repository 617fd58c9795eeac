import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ApiDescription } from '../system/api-description.js';

/** What the routes every service has are for: the service runtime they come from knows nothing of OpenAPI. */
const OPERATIONS: Readonly<Record<string, string>> = {
  '/health': 'Whether the process lives',
  '/ready': 'Whether it may take traffic: Redis, the object store, a live worker for each model',
  '/metrics': 'What it has done: for Prometheus, or as JSON where that is asked for',
};

/** The OpenAPI document at `/openapi.json`, and Swagger UI at `/docs`. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Switchyard')
    .setDescription('Queue-driven, batched model serving: predict, submit jobs, retrain, promote, roll back.')
    .setVersion('1')
    .build();
  const document = app.get(ApiDescription, { strict: false });
  document.describeBy(() => describeOperations(SwaggerModule.createDocument(app, description)));
  SwaggerModule.setup('docs', app, () => document.document, { jsonDocumentUrl: 'openapi.json' });
}

function describeOperations(document: OpenAPIObject): OpenAPIObject {
  for (const [path, summary] of Object.entries(OPERATIONS)) {
    const operation = document.paths[path]?.get;
    if (operation !== undefined) Object.assign(operation, { summary, tags: ['Operations'] });
  }
  return document;
}
