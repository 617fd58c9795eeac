import { InjectQueue } from '@nestjs/bullmq';
import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Queue } from 'bullmq';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';
import type { ObjectStore } from '@switchyard/object-store';
import { OBJECT_STORE, REDIS } from '@switchyard/service-runtime';
import { readPipelines } from '@switchyard/catalog-redis';
import { CONFIG } from '@switchyard/service-runtime';
import { TRAINING_QUEUE, readRun, type RunRecord, type TrainingJob } from '@switchyard/training';
import type { Redis } from 'ioredis';
import type { ApiConfig } from '../api.config.js';
import { jsonBody } from '../http/json-body.js';
import { queueRun, retrainSchema } from './queue-run.js';

/** Retraining on request, and what runs came to. */
@ApiTags('Training')
@Controller()
export class TrainingController {
  constructor(
    @InjectQueue(TRAINING_QUEUE) private readonly queue: Queue<TrainingJob>,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(REDIS) private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {
    queue.on('error', () => undefined); // every call brings its own failure back; the service's connection reports outages
  }

  @Get('pipelines')
  @ApiOperation({ summary: 'How each model is retrained' })
  async pipelines(): Promise<unknown> {
    return { pipelines: await readPipelines(this.redis, this.config.QUEUE_PREFIX) };
  }

  @Post('retrain')
  @HttpCode(202)
  @ApiOperation({ summary: 'Queue a run of a pipeline, by its name or its model; answers 202 with the run' })
  @ApiBody({
    required: false,
    schema: {
      type: 'object',
      properties: { pipeline: { type: 'string' }, model: { type: 'string' }, epochs: { type: 'integer' }, batch_size: { type: 'integer' }, learning_rate: { type: 'number' } },
      example: { model: 'simple_classifier' },
    },
  })
  async retrain(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const pipelines = await readPipelines(this.redis, this.config.QUEUE_PREFIX);
    const run = await queueRun(jsonBody(request.body, retrainSchema), { pipelines, queue: this.queue, requestedBy: 'api' });
    void reply.header('location', `/runs/${run.run_id}`);
    return run;
  }

  @Get('runs/:id')
  @ApiOperation({ summary: 'State of a run: step, curve, evaluation, and why it ended as it did' })
  async run(@Param('id') id: string): Promise<RunRecord | { id: string; status: 'queued'; reason: string | null }> {
    const unknown = new ServingError('run-not-found', `There is no run "${id.slice(0, 50)}".`);
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(id)) throw unknown;
    const record = await readRun(this.store, id);
    if (record !== null) return record;
    const job = await this.queue.getJob(id);
    if (job === undefined) throw unknown;
    return { id, status: 'queued', reason: job.failedReason ?? null };
  }
}
