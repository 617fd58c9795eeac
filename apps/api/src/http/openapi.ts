import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { ApiDescription } from '../system/api-description.js';
import { applyApiDecorators } from './api-decorators.js';
import { describeOperations } from './describe-operations.js';

/** The OpenAPI document at `/openapi.json`, made when it is first asked for. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const description = app.get(ApiDescription, { strict: false });
  description.describeBy(() => makeDocument(app, description.info));
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.get('/openapi.json', async (_request, reply) => reply.type('application/json; charset=utf-8').send(JSON.stringify(await description.document())));
}

async function makeDocument(app: NestFastifyApplication, { title, description, version }: ApiDescription['info']): Promise<OpenAPIObject> {
  const swagger = await import('@nestjs/swagger');
  applyApiDecorators(swagger);
  const info = new swagger.DocumentBuilder().setTitle(title).setDescription(description).setVersion(version).build();
  return describeOperations(swagger.SwaggerModule.createDocument(app, info));
}
