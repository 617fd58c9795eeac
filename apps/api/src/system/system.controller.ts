import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WorkerDirectory } from '@switchyard/inference';
import type { Manifest } from '@switchyard/model-registry';
import { encodeMetadata } from '@switchyard/protocol-tf-serving';
import { CONFIG, preferredType } from '@switchyard/service-runtime';
import type { ApiConfig } from '../api.config.js';
import { WORKERS } from '../api.tokens.js';
import { ApiFoundResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '../http/api-decorators.js';
import { onlyOne, type Query } from '../predictions/given-options.js';
import { Predictions } from '../predictions/predictions.js';
import { ApiDescription } from './api-description.js';
import { modelInfo } from './model-info.js';
import { METADATA_ANSWER } from '../tf-serving/tf-serving-schemas.js';
import { ABOUT_SCHEMA, MODEL_INFO_SCHEMA } from './system-schemas.js';

const MODEL_QUERY = { name: 'model', required: false, schema: { type: 'string' }, description: 'Without it, the model that images are classified with.' } as const;

/** What this server is and what it serves, for clients that look before they ask. */
@ApiTags('Description')
@Controller()
export class SystemController {
  constructor(
    @Inject(ApiDescription) private readonly description: ApiDescription,
    @Inject(Predictions) private readonly predictions: Predictions,
    @Inject(WORKERS) private readonly workers: WorkerDirectory,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What this is and which endpoints it has; browsers are led to the documentation' })
  @ApiOkResponse({ description: 'Name, version and endpoints', schema: ABOUT_SCHEMA })
  @ApiFoundResponse({ description: 'To the documentation, for browsers' })
  async root(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    void reply.header('vary', 'accept');
    if (preferredType(request.raw, ['application/json', 'text/html']) === 'text/html') await reply.redirect('/docs', 302);
    else await reply.send(await this.#about());
  }

  @Get('model')
  @ApiOperation({ summary: 'Signature of a model, as TF Serving writes its metadata' })
  @ApiOkResponse(METADATA_ANSWER)
  @ApiQuery(MODEL_QUERY)
  metadata(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    void reply.header('content-type', 'application/json').send(encodeMetadata(this.#choose(request)));
  }

  @Get('model/info')
  @ApiOperation({ summary: 'What a model is, what it takes and gives, its labels, and where it is loaded' })
  @ApiOkResponse({ description: 'The version that answers now', schema: MODEL_INFO_SCHEMA })
  @ApiQuery(MODEL_QUERY)
  info(@Req() request: FastifyRequest): unknown {
    return modelInfo(this.#choose(request), this.workers.current());
  }

  #choose(request: FastifyRequest): Manifest {
    return this.predictions.choose(onlyOne(request.query as Query, 'model') ?? this.config.DEFAULT_IMAGE_MODEL);
  }

  async #about() {
    const { info } = this.description;
    return {
      name: info.title, service: 'api', status: 'running', version: info.version, description: info.description,
      docs: '/docs', redoc: '/redoc', openapi: '/openapi.json', endpoints: await this.description.endpoints(),
    };
  }
}
