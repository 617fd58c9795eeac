import { Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';
import type { InferenceJobs, JobState } from '@switchyard/inference';
import type { RequestMetrics } from '@switchyard/metrics-prometheus';
import type { CatalogSource, Signature } from '@switchyard/model-registry';
import { CATALOG, INFERENCE_JOBS, REQUEST_METRICS } from '../api.tokens.js';
import { bodyBytes } from '../http/body-parsers.js';
import { markServed } from '../http/served-request.js';
import { encodeJob } from './job-view.js';
import { JobSubmissions } from './job-submissions.js';

/** Asynchronous predictions: submit, come back for the answer, cancel. */
@ApiTags('Jobs')
@Controller('jobs')
export class JobsController {
  constructor(
    @Inject(JobSubmissions) private readonly submissions: JobSubmissions,
    @Inject(INFERENCE_JOBS) private readonly jobs: InferenceJobs,
    @Inject(CATALOG) private readonly catalog: CatalogSource,
    @Inject(REQUEST_METRICS) private readonly metrics: RequestMetrics,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Queue a prediction; answers 202 with the job and its Location' })
  @ApiBody({
    schema: {
      type: 'object', required: ['model'],
      properties: {
        model: { type: 'string' }, version: { oneOf: [{ type: 'integer' }, { type: 'string' }] }, priority: { enum: ['normal', 'bulk'] },
        deadline_seconds: { type: 'number' }, deadline: { type: 'string', format: 'date-time' }, instances: { type: 'array', items: {} }, inputs: {},
      },
      example: { model: 'simple_classifier', instances: [[1.5, 2.3]] },
    },
  })
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const state = await this.submissions.submit(bodyBytes(request.body), request.id);
    markServed(request, { protocol: 'jobs', model: state.model });
    this.metrics.jobSubmitted(state.model);
    this.#send(reply.status(202).header('location', `/jobs/${state.id}`), state);
  }

  @Get(':id')
  @ApiOperation({ summary: 'State of a job; its result once it has succeeded' })
  async find(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    this.#send(reply, (await this.jobs.find(assertJobId(id))) ?? unknownJob(id));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Cancel a job that has not ended; answers with its state either way' })
  async cancel(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    this.#send(reply, (await this.jobs.cancel(assertJobId(id))) ?? unknownJob(id));
  }

  #send(reply: FastifyReply, state: JobState): void {
    void reply.header('content-type', 'application/json').send(encodeJob(state, this.#signatureOf(state)));
  }

  #signatureOf({ model, version }: JobState): Signature | null {
    const versions = this.catalog.current().models.find(({ name }) => name === model)?.versions;
    return versions?.find((manifest) => manifest.version === version)?.signature ?? null;
  }
}

const JOB_ID = /^[0-9a-f-]{36}$/;

function assertJobId(id: string): string {
  return JOB_ID.test(id) ? id : unknownJob(id);
}

function unknownJob(id: string): never {
  throw new ServingError('job-not-found', `There is no job "${id.slice(0, 50)}", or its result has expired.`);
}
