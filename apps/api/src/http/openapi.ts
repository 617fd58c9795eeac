import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ApiDescription } from '../system/api-description.js';
import { describeOperations } from './describe-operations.js';

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
