import { Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';
import { HEADER_LENGTH, decodeInfer, encodeInfer, parseHeaderLength } from '@switchyard/protocol-open-inference';
import { CONFIG } from '@switchyard/service-runtime';
import type { ApiConfig } from '../api.config.js';
import { ApiBody, ApiConsumes, ApiHeader, ApiNotImplementedResponse, ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { bodyBytes } from '../http/body-parsers.js';
import { connectionSignal } from '../http/connection-signal.js';
import { markServed } from '../http/served-request.js';
import { Predictions } from '../predictions/predictions.js';
import { INFER_ANSWER, NOT_OFFERED } from './answer-schemas.js';
import { INFER_SCHEMA } from './infer-schema.js';
import { chooseByName } from './version-choice.js';

const PROTOCOL = 'open-inference-rest';
const HEADER = { name: 'Inference-Header-Content-Length', required: false, description: 'Bytes of JSON before binary tensors; 0 when the body is one raw tensor' } as const;

/** Inference of the Open Inference Protocol v2: https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md */
@ApiTags('Open Inference')
@Controller('v2/models')
export class InferController {
  constructor(
    @Inject(Predictions) private readonly predictions: Predictions,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Post(':name/infer')
  @HttpCode(200)
  @ApiOperation({ summary: 'Infer: tensors as JSON, or as binary data behind it' })
  @ApiConsumes('application/json', 'application/octet-stream')
  @ApiHeader(HEADER)
  @ApiBody(INFER_SCHEMA)
  @ApiOkResponse(INFER_ANSWER)
  infer(@Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#infer({ name, version: undefined }, request, reply);
  }

  @Post(':name/versions/:version/infer')
  @HttpCode(200)
  @ApiOperation({ summary: 'Infer with one version' })
  @ApiConsumes('application/json', 'application/octet-stream')
  @ApiHeader(HEADER)
  @ApiBody(INFER_SCHEMA)
  @ApiOkResponse(INFER_ANSWER)
  inferVersion(@Param('name') name: string, @Param('version') version: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#infer({ name, version }, request, reply);
  }

  @Post(':name/generate')
  @ApiOperation({ summary: 'Not offered: text generation' })
  @ApiNotImplementedResponse(NOT_OFFERED)
  generate(): never {
    return refuseGenerate();
  }

  @Post(':name/generate_stream')
  @ApiOperation({ summary: 'Not offered: text generation as a stream' })
  @ApiNotImplementedResponse(NOT_OFFERED)
  generateStream(): never {
    return refuseGenerate();
  }

  async #infer({ name, version }: { name: string; version: string | undefined }, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const manifest = chooseByName(this.predictions, name, version);
    markServed(request, { protocol: PROTOCOL, model: manifest.name });
    const body = bodyBytes(request.body);
    const decoded = decodeInfer({ body, headerLength: parseHeaderLength(request.headers[HEADER_LENGTH], body.byteLength) }, manifest);
    const timeoutMs = Math.min(decoded.timeoutMs ?? Infinity, this.config.REQUEST_TIMEOUT_MS);
    const response = await this.predictions.predict(manifest, decoded.inputs, { requestId: request.id, signal: connectionSignal(request.socket), timeoutMs, ...(decoded.priority && { priority: decoded.priority }) });
    const encoded = encodeInfer(decoded, response, manifest);
    if (encoded.headerLength === null) void reply.header('content-type', 'application/json').send(encoded.body);
    else void reply.header('content-type', 'application/octet-stream').header(HEADER_LENGTH, encoded.headerLength).send(encoded.body);
  }
}

function refuseGenerate(): never {
  throw new ServingError('unsupported', 'The generate extension is not supported: no model here generates text; "infer" is offered.');
}
