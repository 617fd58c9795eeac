import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';
import type { Manifest } from '@switchyard/model-registry';
import { decodeForm } from '@switchyard/protocol-predict';
import { encodePredict } from '@switchyard/protocol-tf-serving';
import type { TensorMap } from '@switchyard/tensor';
import type { ApiConfig } from '../api.config.js';
import { CONFIG } from '@switchyard/service-runtime';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '../http/api-decorators.js';
import { bodyBytes } from '../http/body-parsers.js';
import { parseJson } from '../http/json-body.js';
import { ApiScheduleHeaders, readSchedule } from '../http/schedule-headers.js';
import { markServed } from '../http/served-request.js';
import { shownValue } from '../http/shown-value.js';
import { BodyWithRows } from './body-with-rows.js';
import { onlyOne, readGivenOptions, type Query } from './given-options.js';
import { ImageClassifications } from './image-classifications.js';
import { CLASSIFICATION_SCHEMA, COLUMNS_SCHEMA, MODEL_PARAMETER, PROBABILITIES_PARAMETER, ROWS_SCHEMA, TOP_K_PARAMETER } from './prediction-schemas.js';
import { Predictions } from './predictions.js';
import { readForm } from './read-form.js';
import { readUpload } from './read-upload.js';

/** The simple endpoint: an image, a form or plain JSON in, the answer out; the model is chosen by `model`, else by what was sent. */
@ApiTags('Predict')
@Controller('predict')
export class PredictController {
  constructor(
    @Inject(Predictions) private readonly predictions: Predictions,
    @Inject(ImageClassifications) private readonly images: ImageClassifications,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Classify an uploaded image ("file"), or predict from a form (x1=…&x2=…) or from {"instances": …}' })
  @ApiConsumes('multipart/form-data', 'application/json', 'application/x-www-form-urlencoded')
  @ApiScheduleHeaders()
  @ApiQuery(MODEL_PARAMETER)
  @ApiQuery(TOP_K_PARAMETER)
  @ApiQuery(PROBABILITIES_PARAMETER)
  @ApiBody({
    schema: {
      type: 'object',
      properties: {
        file: { type: 'string', format: 'binary' }, model: { type: 'string' }, top_k: { type: 'integer', minimum: 1 }, probabilities: { type: 'boolean' },
        instances: { type: 'array', items: {} }, inputs: {}, x1: { type: 'number' }, x2: { type: 'number' },
      },
    },
  })
  @ApiOkResponse({ description: 'The classes of the image; for rows their predictions, for columns their outputs', schema: { anyOf: [CLASSIFICATION_SCHEMA, ROWS_SCHEMA, COLUMNS_SCHEMA] } })
  predict(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    markServed(request, { protocol: 'predict', model: '' });
    if (request.isMultipart()) return this.#image(request, reply);
    const model = onlyOne(request.query as Query, 'model');
    return looksLikeJson(request) ? this.#json(request, reply, model) : this.#form(request, reply, model);
  }

  async #image(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { fields, ...file } = await readUpload(request);
    const chosen = this.images.choose(readGivenOptions(request.query as Query, fields));
    markServed(request, { protocol: 'predict', model: chosen.manifest.name });
    send(reply, await this.images.answer(chosen, file, readSchedule(request, this.predictions.requestTimeoutMs)));
  }

  async #json(request: FastifyRequest, reply: FastifyReply, queryModel: string | undefined): Promise<void> {
    const body = new BodyWithRows(bodyBytes(request.body));
    const manifest = this.#choose(request, queryModel ?? body.readEnvelope(modelField) ?? this.config.DEFAULT_TABULAR_MODEL);
    const { format, inputs } = body.decodeRows(manifest);
    await this.#answer(request, reply, { manifest, inputs, format });
  }

  async #form(request: FastifyRequest, reply: FastifyReply, queryModel: string | undefined): Promise<void> {
    const { model, fields } = readForm(bodyBytes(request.body));
    const manifest = this.#choose(request, queryModel ?? model ?? this.config.DEFAULT_TABULAR_MODEL);
    await this.#answer(request, reply, { manifest, inputs: decodeForm(fields, manifest.signature), format: 'row' });
  }

  #choose(request: FastifyRequest, model: string): Manifest {
    const manifest = this.predictions.choose(model);
    markServed(request, { protocol: 'predict', model: manifest.name });
    return manifest;
  }

  async #answer(request: FastifyRequest, reply: FastifyReply, { manifest, inputs, format }: { manifest: Manifest; inputs: TensorMap; format: 'row' | 'column' }): Promise<void> {
    const { outputs } = await this.predictions.predict(manifest, inputs, readSchedule(request, this.predictions.requestTimeoutMs));
    send(reply, encodePredict(format, outputs, manifest.signature));
  }
}

/** `curl -d '{…}'` says it sends a form: the first character tells better than the header. */
function looksLikeJson(request: FastifyRequest): boolean {
  const type = request.headers['content-type'] ?? '';
  const first = bodyBytes(request.body).toString('utf8', 0, 64).trimStart()[0];
  return first === '{' || first === '[' || !type.startsWith('application/x-www-form-urlencoded');
}

const MODEL_FIELD = /"model"\s*:/;

/** `model` in the body; it is parsed only when the word occurs in it. */
function modelField(body: Buffer): string | undefined {
  if (!MODEL_FIELD.test(body.toString('latin1'))) return undefined;
  const parsed = parseJson(body);
  const model = typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, 'model') ? (parsed as { model: unknown }).model : undefined;
  if (model === undefined || typeof model === 'string') return model;
  throw new ServingError('invalid-input', `"model" is ${shownValue(model)}; the name of a model is expected.`);
}

function send(reply: FastifyReply, body: Buffer): void {
  void reply.header('content-type', 'application/json').send(body);
}
