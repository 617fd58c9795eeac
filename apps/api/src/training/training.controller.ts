import { InjectQueue } from '@nestjs/bullmq';
import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';
import { readPipelines } from '@switchyard/catalog-redis';
import { SERVICE_PARTS, type ServiceParts } from '@switchyard/service-runtime';
import { TRAINING_QUEUE, readRun, type RunRecord, type TrainingJob } from '@switchyard/training';
import type { ApiConfig } from '../api.config.js';
import { ApiAcceptedResponse, ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { bodyBytes } from '../http/body-parsers.js';
import { callerGone } from '../http/caller-gone.js';
import { jsonBody } from '../http/json-body.js';
import { preferredWaitMs } from '../http/preferred-wait.js';
import { RecordWaits } from '../http/record-waits.js';
import { pipelineView, runView } from './pipeline-view.js';
import { queueRun, retrainSchema } from './queue-run.js';
import { retrainedView } from './retrained-view.js';
import { PIPELINES_SCHEMA, RUN_SCHEMA } from './run-schemas.js';

/** Trainings of a night are asked for after their state, not waited for. */
const LONGEST_WAIT_SECONDS = 3_600;
const RUN_PROPERTIES = { run_id: { type: 'string' }, pipeline: { type: 'string' }, model: { type: 'string' }, status: { type: 'string' }, message: { type: 'string' } };
const RETRAINED_PROPERTIES = {
  ...RUN_PROPERTIES, version: { type: 'integer', nullable: true }, accuracy: { type: 'number', nullable: true }, epochs: { type: 'integer' },
};

/** Retraining on request, and what runs came to. */
@ApiTags('Training')
@Controller()
export class TrainingController {
  constructor(
    @InjectQueue(TRAINING_QUEUE) private readonly queue: Queue<TrainingJob>,
    @Inject(SERVICE_PARTS) private readonly parts: ServiceParts<ApiConfig>,
    @Inject(RecordWaits) private readonly waits: RecordWaits,
  ) {
    queue.on('error', () => undefined); // every call brings its own failure back; the service's connection reports outages
  }

  @Get('pipelines')
  @ApiOperation({ summary: 'How each model is retrained' })
  @ApiOkResponse({ description: 'The pipelines', schema: PIPELINES_SCHEMA })
  async pipelines(): Promise<unknown> {
    return { pipelines: (await this.#pipelines()).map(pipelineView) };
  }

  @Post('retrain')
  @HttpCode(202)
  @ApiOperation({ summary: 'Queue a run of a pipeline, by its name or its model, without a body that of the model images go to; answers 202 with the run, or what it came to' })
  @ApiHeader({ name: 'prefer', required: false, description: '`wait=N`: answer when the run has ended, after N seconds at the latest' })
  @ApiOkResponse({ description: 'What the run came to, for who waited', schema: { type: 'object', required: Object.keys(RETRAINED_PROPERTIES), properties: RETRAINED_PROPERTIES } })
  @ApiAcceptedResponse({ description: 'The run, which goes on', schema: { type: 'object', required: Object.keys(RUN_PROPERTIES), properties: RUN_PROPERTIES } })
  @ApiBody({
    required: false,
    schema: {
      type: 'object',
      properties: { pipeline: { type: 'string' }, model: { type: 'string' }, epochs: { type: 'integer' }, batch_size: { type: 'integer' }, learning_rate: { type: 'number' } },
      example: { model: 'simple_classifier' },
    },
  })
  async retrain(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const { store, config } = this.parts;
    const body = jsonBody(request.body, retrainSchema);
    const chosen = bodyBytes(request.body).byteLength === 0 ? { ...body, model: config.DEFAULT_IMAGE_MODEL } : body;
    const run = await queueRun(chosen, { pipelines: await this.#pipelines(), queue: this.queue, requestedBy: 'api' });
    void reply.header('location', `/runs/${run.run_id}`);
    const waitMs = preferredWaitMs(request, LONGEST_WAIT_SECONDS);
    const record = await this.waits.forEnd(() => readRun(store, run.run_id), { waitMs, signal: callerGone(reply) });
    if (record === null || record.endedAt === null) return run;
    void reply.status(200);
    return retrainedView(run, record);
  }

  @Get('runs/:id')
  @ApiOperation({ summary: 'State of a run: step, curve, evaluation, and why it ended as it did' })
  @ApiOkResponse({ description: 'The run', schema: RUN_SCHEMA })
  async run(@Param('id') id: string): Promise<RunRecord | { id: string; status: 'queued'; reason: string | null }> {
    const unknown = new ServingError('run-not-found', `There is no run "${id.slice(0, 50)}".`);
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(id)) throw unknown;
    const record = await readRun(this.parts.store, id);
    if (record !== null) return runView(record);
    const job = await this.queue.getJob(id);
    if (job === undefined) throw unknown;
    return { id, status: 'queued', reason: job.failedReason ?? null };
  }

  #pipelines(): ReturnType<typeof readPipelines> {
    return readPipelines(this.parts.redis, this.parts.config.QUEUE_PREFIX);
  }
}
