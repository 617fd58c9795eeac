import { Controller, Get, Inject, Param, Patch, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { readBatchingReports } from '@switchyard/catalog-redis';
import { batchingChangeSchema, findModel, type CatalogSource } from '@switchyard/model-registry';
import type { RegistryCommands } from '@switchyard/queue-bullmq';
import { CONFIG, REDIS } from '@switchyard/service-runtime';
import type { ApiConfig } from '../api.config.js';
import { CATALOG, REGISTRY_COMMANDS } from '../api.tokens.js';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { jsonBody } from '../http/json-body.js';
import { BATCHING_SCHEMA, LIMITS_SCHEMA } from './batching-schemas.js';
import { LIMIT_FIELDS, batchingView, limitsOf, limitsView } from './batching-view.js';

const COMMAND_TIMEOUT_MS = 15_000;
const { maxBatchRows, maxQueuedRows, maxQueuedBytes, maxQueueDelayMs } = batchingChangeSchema.shape;
const changeSchema = z.strictObject({
  max_batch_rows: maxBatchRows, max_queued_rows: maxQueuedRows, max_queued_bytes: maxQueuedBytes, max_queue_delay_ms: maxQueueDelayMs, why: z.string().max(1_000).default(''),
});

/** Why a model's batches leave as they do, and the bounds that an operator may move while it serves. */
@ApiTags('Models')
@Controller('models')
export class BatchingController {
  constructor(
    @Inject(CATALOG) private readonly catalog: CatalogSource,
    @Inject(REGISTRY_COMMANDS) private readonly registry: RegistryCommands,
    @Inject(REDIS) private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Get(':name/batching')
  @ApiOperation({ summary: 'Limits, cost table and last batches of a model, worker by worker' })
  @ApiOkResponse({ description: 'What is set, and what each worker knows, does and has done', schema: BATCHING_SCHEMA })
  async explain(@Param('name') name: string): Promise<unknown> {
    const model = findModel(this.catalog.current(), name);
    return batchingView(model, await readBatchingReports(this.redis, this.config.QUEUE_PREFIX, model.name));
  }

  @Patch(':name/batching')
  @ApiOperation({ summary: "Change a model's limits while it serves; null goes back to the workers' configuration" })
  @ApiOkResponse({ description: 'What is set now', schema: LIMITS_SCHEMA })
  @ApiBody({ schema: { type: 'object', properties: { ...Object.fromEntries(LIMIT_FIELDS.map((field) => [field, { type: 'number', nullable: true }])), why: { type: 'string' } } } })
  async change(@Param('name') name: string, @Req() request: FastifyRequest): Promise<unknown> {
    const { why, ...fields } = jsonBody(request.body, changeSchema);
    const { batching } = findModel(this.catalog.current(), name);
    const change = limitsOf(fields);
    await this.registry.execute({ command: 'set-batching', model: name, by: 'api', why, limits: change }, { timeoutMs: COMMAND_TIMEOUT_MS });
    const limits = Object.entries({ ...batching, ...change }).filter(([, value]) => value !== null);
    return { model: name, limits: limitsView(Object.fromEntries(limits)) };
  }
}
