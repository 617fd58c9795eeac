import { Readable } from 'node:stream';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InferenceJobs, JobState } from '@switchyard/inference';
import type { CatalogSource, Signature } from '@switchyard/model-registry';
import { CATALOG, INFERENCE_JOBS } from '../api.tokens.js';
import { ApiAcceptedResponse, ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '../http/api-decorators.js';
import { bodyBytes } from '../http/body-parsers.js';
import { callerGone } from '../http/caller-gone.js';
import { markServed, type ServedRequest } from '../http/served-request.js';
import { MAX_WAIT_SECONDS, awaitJob, parseWait } from './await-job.js';
import { IDEMPOTENCY_KEY, readIdempotencyKey } from './idempotency-key.js';
import { HEARTBEAT_MS, jobEvents } from './job-events.js';
import { assertJobId, unknownJob } from './job-id.js';
import { jobStates } from './job-states.js';
import { JOB_SCHEMA } from './job-schemas.js';
import { JobSubmissions } from './job-submissions.js';
import { encodeJob } from './job-view.js';
import { JobWatcher } from './job-watcher.js';

/** Apart in the metrics: these take as long as jobs do, by design. */
const WAITING: ServedRequest = { protocol: 'jobs-wait', model: '' };

/** Asynchronous predictions: submit, come back for the answer, wait for it or have each change told, cancel. */
@ApiTags('Jobs')
@Controller('jobs')
export class JobsController {
  constructor(
    @Inject(JobSubmissions) private readonly submissions: JobSubmissions,
    @Inject(INFERENCE_JOBS) private readonly jobs: InferenceJobs,
    @Inject(JobWatcher) private readonly watcher: JobWatcher,
    @Inject(CATALOG) private readonly catalog: CatalogSource,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Queue a prediction; answers 202 with the job and its Location' })
  @ApiAcceptedResponse({ description: 'The job', schema: JOB_SCHEMA })
  @ApiHeader({ name: IDEMPOTENCY_KEY, required: false, description: 'A name for this submission, for a day: sent again with the same body, the same job is answered' })
  @ApiBody({
    schema: {
      type: 'object', required: ['model'],
      properties: {
        model: { type: 'string' }, version: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
        priority: { enum: ['normal', 'bulk'], default: 'normal', description: 'Jobs in bulk give way: while sync calls are about, they are taken in and run at a fraction of their pace' },
        deadline_seconds: { type: 'number' }, deadline: { type: 'string', format: 'date-time' }, instances: { type: 'array', items: {} }, inputs: {},
      },
      example: { model: 'simple_classifier', instances: [[1.5, 2.3]] },
    },
  })
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { state, isNew } = await this.submissions.submit(bodyBytes(request.body), { requestId: request.id, idempotencyKey: readIdempotencyKey(request.headers) });
    markServed(request, { protocol: 'jobs', model: state.model });
    if (!isNew) void reply.header('idempotent-replayed', 'true');
    this.#send(reply.status(202).header('location', `/jobs/${state.id}`), state);
  }

  @Get(':id')
  @ApiOperation({ summary: 'State of a job; its result once it has succeeded' })
  @ApiOkResponse({ description: 'The job', schema: JOB_SCHEMA })
  @ApiQuery({ name: 'wait', required: false, schema: { type: 'number', minimum: 0, maximum: MAX_WAIT_SECONDS }, description: 'Seconds to wait for the end of the job' })
  async find(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply, @Query('wait') wait?: string | string[]): Promise<void> {
    const waitMs = parseWait(wait);
    if (waitMs > 0) markServed(request, WAITING);
    this.#send(reply, waitMs === 0 ? await this.#look(id) : await awaitJob(this.watcher, assertJobId(id), { waitMs, signal: callerGone(reply) }));
  }

  @Get(':id/events')
  @ApiOperation({ summary: 'The job after each change of its state, as server-sent events, until it has ended' })
  @ApiOkResponse({ description: 'One event for each state', content: { 'text/event-stream': {} } })
  async events(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    markServed(request, WAITING);
    const states = jobStates(this.watcher, assertJobId(id), { idleMs: HEARTBEAT_MS, signal: callerGone(reply) });
    const events = jobEvents(states, (state) => encodeJob(state, this.#signatureOf(state)));
    const first = await events.next(); // an unknown job is answered as one, not with a stream
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
    void reply.headers(headers).send(Readable.from(following(first, events), { objectMode: false }));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Cancel a job that has not ended; answers with its state either way' })
  @ApiOkResponse({ description: 'The job', schema: JOB_SCHEMA })
  async cancel(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    this.#send(reply, orUnknown(id, await this.jobs.cancel(assertJobId(id))));
  }

  async #look(id: string): Promise<JobState> {
    return orUnknown(id, await this.jobs.find(assertJobId(id)));
  }

  #send(reply: FastifyReply, state: JobState): void {
    void reply.header('content-type', 'application/json').send(encodeJob(state, this.#signatureOf(state)));
  }

  #signatureOf({ model, version }: JobState): Signature | null {
    const versions = this.catalog.current().models.find(({ name }) => name === model)?.versions;
    return versions?.find((manifest) => manifest.version === version)?.signature ?? null;
  }
}

function orUnknown(id: string, state: JobState | null): JobState {
  if (state !== null) return state;
  throw unknownJob(id);
}

async function* following<Item>(first: IteratorResult<Item, void>, rest: AsyncGenerator<Item, void>): AsyncGenerator<Item, void> {
  if (!first.done) yield first.value;
  yield* rest;
}
