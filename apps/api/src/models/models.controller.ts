import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { workersServing, type WorkerDirectory } from '@switchyard/inference';
import { findModel, modelVersionSchema, type CatalogModel, type CatalogSource, type Manifest, type RegistryResult } from '@switchyard/model-registry';
import type { RegistryCommands } from '@switchyard/queue-bullmq';
import { CATALOG, REGISTRY_COMMANDS, WORKERS } from '../api.tokens.js';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { jsonBody } from '../http/json-body.js';
import { MODELS_SCHEMA, SERVES_SCHEMA, VERSIONS_SCHEMA } from './model-schemas.js';

const COMMAND_TIMEOUT_MS = 15_000;

const rollbackSchema = z.object({ version: modelVersionSchema.optional(), why: z.string().max(1_000).default('') });
const promoteSchema = z.object({ version: modelVersionSchema, why: z.string().max(1_000).default('') });
const WHY = { why: { type: 'string' } } as const;

/** What there is to serve, and what serves: read from the catalog, changed through the registry. */
@ApiTags('Models')
@Controller('models')
export class ModelsController {
  constructor(
    @Inject(CATALOG) private readonly catalog: CatalogSource,
    @Inject(WORKERS) private readonly workers: WorkerDirectory,
    @Inject(REGISTRY_COMMANDS) private readonly registry: RegistryCommands,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every model with its aliases' })
  @ApiOkResponse({ description: 'The models', schema: MODELS_SCHEMA })
  list(): unknown {
    return { models: this.catalog.current().models.map((model) => this.#modelView(model)) };
  }

  @Get(':name/versions')
  @ApiOperation({ summary: 'Every version of a model, with its metrics and lineage' })
  @ApiOkResponse({ description: 'The versions, oldest first', schema: VERSIONS_SCHEMA })
  versions(@Param('name') name: string): unknown {
    const model = findModel(this.catalog.current(), name);
    return { model: name, aliases: model.serving.aliases, versions: model.versions.map((manifest) => this.#versionView(manifest)) };
  }

  @Post(':name/promote')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a version the champion' })
  @ApiOkResponse({ description: 'It serves', schema: SERVES_SCHEMA })
  @ApiBody({ schema: { type: 'object', required: ['version'], properties: { version: { type: 'integer' }, ...WHY } } })
  promote(@Param('name') name: string, @Req() request: FastifyRequest): Promise<RegistryResult> {
    const { version, why } = jsonBody(request.body, promoteSchema);
    findModel(this.catalog.current(), name);
    return this.registry.execute({ command: 'promote', model: name, version, by: 'api', why }, { timeoutMs: COMMAND_TIMEOUT_MS });
  }

  @Post(':name/rollback')
  @HttpCode(200)
  @ApiOperation({ summary: 'Go back to the previous champion, or to any version' })
  @ApiOkResponse({ description: 'It serves', schema: SERVES_SCHEMA })
  @ApiBody({ required: false, schema: { type: 'object', properties: { version: { type: 'integer' }, ...WHY } } })
  rollback(@Param('name') name: string, @Req() request: FastifyRequest): Promise<RegistryResult> {
    const { version, why } = jsonBody(request.body, rollbackSchema);
    findModel(this.catalog.current(), name);
    const target = version === undefined ? {} : { version };
    return this.registry.execute({ command: 'rollback', model: name, by: 'api', why, ...target }, { timeoutMs: COMMAND_TIMEOUT_MS });
  }

  #modelView({ name, serving, versions }: CatalogModel): unknown {
    return { name, ...serving, versions: versions.map(({ version }) => version) };
  }

  #versionView(manifest: Manifest): unknown {
    const { version, createdAt, metrics, lineage, compilation, signature, labels, preprocessing, engineChoice } = manifest;
    return {
      version, created_at: createdAt, formats: manifest.artifacts.map(({ format }) => format), metrics, lineage, compilation, signature, labels,
      preprocessing, engine_choice: engineChoice,
      workers_serving: workersServing(this.workers.current(), manifest.name, version),
    };
  }
}
