import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toServingError } from '@switchyard/errors';
import type { TfServingMetrics } from '@switchyard/metrics-prometheus';
import type { Manifest } from '@switchyard/model-registry';
import {
  decodeExamples, decodePredict, encodeClassifications, encodeMetadata, encodePredict, encodeRegressions, encodeStatus, parseCallPath, parseResourcePath, servableError,
  statusError, type CallMethod, type ServableSpec,
} from '@switchyard/protocol-tf-serving';
import { rowCount } from '@switchyard/tensor';
import { errorCode } from '@switchyard/tf-examples';
import { TF_SERVING_METRICS } from '../api.tokens.js';
import { ApiBadRequestResponse, ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '../http/api-decorators.js';
import { bodyBytes } from '../http/body-parsers.js';
import { ApiScheduleHeaders, readSchedule } from '../http/schedule-headers.js';
import { markServed } from '../http/served-request.js';
import { Predictions } from '../predictions/predictions.js';
import { CALL_BODY } from './call-body.js';
import { pathOf } from './path-of.js';
import { ServableStates } from './servable-states.js';
import { CALL_ANSWER, METADATA_ANSWER, NAMELESS_ANSWER, STATUS_ANSWER } from './tf-serving-schemas.js';

/** Protocols in the metrics: calls of models, and questions about them, which probes ask again and again. */
const CALLS = 'tf-serving-rest';
const QUESTIONS = 'tf-serving-rest-status';
const API_NAMES = { predict: 'Predict', classify: 'Classify', regress: 'Regress' } as const;

/**
 * TF Serving's REST API v1: https://www.tensorflow.org/tfx/serving/api_rest. The routes below only lead here; what a path means is read
 * from the path itself, as TF Serving does.
 */
@ApiTags('TF Serving')
@Controller('v1')
export class TfServingController {
  constructor(
    @Inject(Predictions) private readonly predictions: Predictions,
    @Inject(ServableStates) private readonly states: ServableStates,
    @Inject(TF_SERVING_METRICS) private readonly metrics: TfServingMetrics,
  ) {}

  @Post('models/:target')
  @HttpCode(200)
  @ApiOperation({ summary: 'Predict (rows under "instances", columns under "inputs"), classify or regress ("examples")' })
  @ApiParam({ name: 'target', example: 'simple_classifier:predict' })
  @ApiScheduleHeaders()
  @ApiBody(CALL_BODY)
  @ApiOkResponse(CALL_ANSWER)
  call(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#call(request, reply);
  }

  @Post('models/:name/versions/:target')
  @HttpCode(200)
  @ApiOperation({ summary: 'Predict, classify or regress with one version' })
  @ApiParam({ name: 'name', example: 'simple_classifier' })
  @ApiParam({ name: 'target', example: '1:predict' })
  @ApiScheduleHeaders()
  @ApiBody(CALL_BODY)
  @ApiOkResponse(CALL_ANSWER)
  callVersion(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#call(request, reply);
  }

  @Post('models/:name/labels/:target')
  @HttpCode(200)
  @ApiOperation({ summary: 'Predict, classify or regress with the version an alias points to' })
  @ApiParam({ name: 'name', example: 'simple_classifier' })
  @ApiParam({ name: 'target', example: 'champion:predict' })
  @ApiScheduleHeaders()
  @ApiBody(CALL_BODY)
  @ApiOkResponse(CALL_ANSWER)
  callLabel(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#call(request, reply);
  }

  /** No page of anything: it leads here so that TF Serving's sentence about it is the answer. */
  @Get('models')
  @ApiOperation({ summary: 'Refused: names no model' })
  @ApiBadRequestResponse(NAMELESS_ANSWER)
  nameless(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#resource(request, reply);
  }

  @Get('models/:name')
  @ApiOperation({ summary: 'State of every served version' })
  @ApiOkResponse(STATUS_ANSWER)
  @ApiParam({ name: 'name', example: 'simple_classifier' })
  status(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#resource(request, reply);
  }

  @Get('models/:name/versions/:version')
  @ApiOperation({ summary: 'State of one version' })
  @ApiOkResponse(STATUS_ANSWER)
  @ApiParam({ name: 'name', example: 'simple_classifier' })
  @ApiParam({ name: 'version', example: '1' })
  versionStatus(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#resource(request, reply);
  }

  @Get('models/:name/labels/:label')
  @ApiOperation({ summary: 'State of the version an alias points to' })
  @ApiOkResponse(STATUS_ANSWER)
  @ApiParam({ name: 'name', example: 'simple_classifier' })
  @ApiParam({ name: 'label', example: 'champion' })
  labelStatus(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#resource(request, reply);
  }

  @Get('models/:name/metadata')
  @ApiOperation({ summary: 'Signature of the model' })
  @ApiOkResponse(METADATA_ANSWER)
  @ApiParam({ name: 'name', example: 'simple_classifier' })
  metadata(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#resource(request, reply);
  }

  @Get('models/:name/versions/:version/metadata')
  @ApiOperation({ summary: 'Signature of one version' })
  @ApiOkResponse(METADATA_ANSWER)
  @ApiParam({ name: 'name', example: 'simple_classifier' })
  @ApiParam({ name: 'version', example: '1' })
  versionMetadata(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#resource(request, reply);
  }

  @Get('models/:name/labels/:label/metadata')
  @ApiOperation({ summary: 'Signature of the version an alias points to' })
  @ApiOkResponse(METADATA_ANSWER)
  @ApiParam({ name: 'name', example: 'simple_classifier' })
  @ApiParam({ name: 'label', example: 'champion' })
  labelMetadata(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#resource(request, reply);
  }

  async #call(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      const target = parseCallPath(pathOf(request));
      const manifest = this.#choose(request, target);
      if (target.method === 'predict') await this.#predict(manifest, request, reply);
      else await this.#results(target.method, manifest, { request, reply });
    } catch (thrown) {
      throw this.#failed(thrown, request);
    }
  }

  async #predict(manifest: Manifest, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { format, inputs } = decodePredict(bodyBytes(request.body), manifest);
    const { outputs, timing } = await this.predictions.predict(manifest, inputs, readSchedule(request, this.predictions.requestTimeoutMs));
    send(reply, encodePredict(format, outputs, manifest.signature));
    this.metrics.succeeded({ model: manifest.name, api: 'Predict', entrypoint: 'REST' }, reply.elapsedTime, { rows: rowCount(inputs), timing });
  }

  async #results(method: Exclude<CallMethod, 'predict'>, manifest: Manifest, { request, reply }: { request: FastifyRequest; reply: FastifyReply }): Promise<void> {
    const inputs = decodeExamples(bodyBytes(request.body), method, manifest);
    const { outputs, timing } = await this.predictions.predict(manifest, inputs, readSchedule(request, this.predictions.requestTimeoutMs));
    send(reply, method === 'classify' ? encodeClassifications(outputs, manifest) : encodeRegressions(outputs, manifest));
    this.metrics.succeeded({ model: manifest.name, api: API_NAMES[method], entrypoint: 'REST' }, reply.elapsedTime, { rows: rowCount(inputs), timing });
  }

  #resource(request: FastifyRequest, reply: FastifyReply): void {
    try {
      const target = parseResourcePath(pathOf(request));
      if (target.resource === 'metadata') send(reply, encodeMetadata(this.#choose(request, target, QUESTIONS)));
      else send(reply, encodeStatus(this.#statesOf(request, target)));
      const api = target.resource === 'metadata' ? 'GetModelMetadata' : 'GetModelStatus';
      this.metrics.succeeded({ model: request.served?.model ?? '', api, entrypoint: 'REST' }, reply.elapsedTime);
    } catch (thrown) {
      throw this.#failed(thrown, request);
    }
  }

  #choose(request: FastifyRequest, spec: ServableSpec, protocol = CALLS): Manifest {
    try {
      const manifest = this.predictions.choose(spec.name, spec.choice);
      markServed(request, { protocol, model: manifest.name });
      return manifest;
    } catch (thrown) {
      throw servableError(thrown, spec);
    }
  }

  #statesOf(request: FastifyRequest, spec: ServableSpec): ReturnType<ServableStates['of']> {
    try {
      const states = this.states.of(spec);
      markServed(request, { protocol: QUESTIONS, model: spec.name });
      return states;
    } catch (thrown) {
      throw statusError(thrown, spec);
    }
  }

  /** Counts a refusal or a failure, and hands it back for the filter to answer. */
  #failed(thrown: unknown, request: FastifyRequest): unknown {
    this.metrics.failed(request.served?.model ?? '', errorCode[toServingError(thrown).kind]);
    return thrown;
  }
}

function send(reply: FastifyReply, body: Buffer): void {
  void reply.header('content-type', 'application/json').send(body);
}
