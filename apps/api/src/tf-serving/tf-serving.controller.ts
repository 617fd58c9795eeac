import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';
import { workersServing, type WorkerDirectory } from '@switchyard/inference';
import { findModel, servedVersions, type CatalogSource, type VersionChoice } from '@switchyard/model-registry';
import { decodePredict, encodeMetadata, encodePredict, encodeStatus } from '@switchyard/protocol-tf-serving';
import { CATALOG, WORKERS } from '../api.tokens.js';
import { bodyBytes } from '../http/body-parsers.js';
import { markServed } from '../http/served-request.js';
import { Predictions } from '../predictions/predictions.js';
import { parsePredictTarget } from './parse-predict-target.js';

const PREDICT_SCHEMA = {
  schema: {
    type: 'object',
    properties: { signature_name: { type: 'string' }, instances: { type: 'array', items: {} }, inputs: {} },
    example: { instances: [[1.5, 2.3]] },
  },
} as const;

/** TF Serving's REST API v1: https://www.tensorflow.org/tfx/serving/api_rest */
@ApiTags('TF Serving')
@Controller('v1/models')
export class TfServingController {
  constructor(
    @Inject(Predictions) private readonly predictions: Predictions,
    @Inject(CATALOG) private readonly catalog: CatalogSource,
    @Inject(WORKERS) private readonly workers: WorkerDirectory,
  ) {}

  @Post(':target')
  @HttpCode(200)
  @ApiOperation({ summary: 'Predict: rows under "instances", columns under "inputs"' })
  @ApiParam({ name: 'target', example: 'simple_classifier:predict' })
  @ApiBody(PREDICT_SCHEMA)
  predict(@Param('target') target: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const name = parsePredictTarget(target, request);
    return this.#predict({ name, choice: undefined }, request, reply);
  }

  @Post(':name/versions/:target')
  @HttpCode(200)
  @ApiOperation({ summary: 'Predict with one version' })
  @ApiParam({ name: 'target', example: '1:predict' })
  @ApiBody(PREDICT_SCHEMA)
  predictVersion(@Param('name') name: string, @Param('target') target: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const choice = { version: parseVersion(parsePredictTarget(target, request)) };
    return this.#predict({ name, choice }, request, reply);
  }

  @Post(':name/labels/:target')
  @HttpCode(200)
  @ApiOperation({ summary: 'Predict with the version an alias points to' })
  @ApiParam({ name: 'target', example: 'champion:predict' })
  @ApiBody(PREDICT_SCHEMA)
  predictLabel(@Param('name') name: string, @Param('target') target: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const choice = { alias: parsePredictTarget(target, request) };
    return this.#predict({ name, choice }, request, reply);
  }

  @Get(':name')
  @ApiOperation({ summary: 'State of every served version' })
  status(@Param('name') name: string, @Res() reply: FastifyReply): void {
    const versions = servedVersions(findModel(this.catalog.current(), name));
    send(reply, encodeStatus(versions.map((version) => this.#stateOf(name, version))));
  }

  @Get(':name/versions/:version')
  @ApiOperation({ summary: 'State of one version' })
  versionStatus(@Param('name') name: string, @Param('version') version: string, @Res() reply: FastifyReply): void {
    const manifest = this.predictions.choose(name, { version: parseVersion(version) });
    send(reply, encodeStatus([this.#stateOf(name, manifest.version)]));
  }

  @Get(':name/metadata')
  @ApiOperation({ summary: 'Signature of the model' })
  metadata(@Param('name') name: string, @Res() reply: FastifyReply): void {
    send(reply, encodeMetadata(this.predictions.choose(name)));
  }

  @Get(':name/versions/:version/metadata')
  @ApiOperation({ summary: 'Signature of one version' })
  versionMetadata(@Param('name') name: string, @Param('version') version: string, @Res() reply: FastifyReply): void {
    send(reply, encodeMetadata(this.predictions.choose(name, { version: parseVersion(version) })));
  }

  /** Available once a live worker has it loaded and warm. */
  #stateOf(name: string, version: number): { version: number; state: 'AVAILABLE' | 'LOADING' } {
    return { version, state: workersServing(this.workers.current(), name, version) > 0 ? 'AVAILABLE' : 'LOADING' };
  }

  async #predict({ name, choice }: { name: string; choice: VersionChoice }, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const manifest = this.predictions.choose(name, choice);
    markServed(request, { protocol: 'tf-serving-rest', model: manifest.name });
    const { format, inputs } = decodePredict(bodyBytes(request.body), manifest.signature);
    const { outputs } = await this.predictions.predict(manifest, inputs, { requestId: request.id });
    send(reply, encodePredict(format, outputs, manifest.signature));
  }
}

function parseVersion(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ServingError('invalid-input', `"${text}" is no version number.`);
}

function send(reply: FastifyReply, body: Buffer): void {
  void reply.header('content-type', 'application/json').send(body);
}
