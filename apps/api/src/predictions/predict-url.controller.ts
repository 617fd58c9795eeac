import { Controller, ForbiddenException, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { UrlFetcher } from '@switchyard/url-fetch';
import { URL_FETCHER } from '../api.tokens.js';
import { ApiBody, ApiForbiddenResponse, ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { callerGone } from '../http/caller-gone.js';
import { jsonBody } from '../http/json-body.js';
import { markServed } from '../http/served-request.js';
import { ImageClassifications } from './image-classifications.js';
import { CLASSIFICATION_SCHEMA } from './prediction-schemas.js';

const bodySchema = z.object({
  url: z.string(),
  model: z.string().optional(),
  /** Also as text, as a form would send it: what it must be, `readClassificationOptions` says. */
  top_k: z.union([z.number(), z.string()], { error: 'a whole number is expected' }).optional(),
  probabilities: z.boolean().optional(),
});

/** Images that lie elsewhere: fetched here, then classified as uploads are. */
@ApiTags('Predict')
@Controller('predict')
export class PredictUrlController {
  constructor(
    @Inject(ImageClassifications) private readonly images: ImageClassifications,
    @Inject(URL_FETCHER) private readonly fetcher: UrlFetcher | null,
  ) {}

  @Post('url')
  @HttpCode(200)
  @ApiOperation({ summary: 'Classify the image at a URL; only where the operator allows it' })
  @ApiBody({
    schema: {
      type: 'object', required: ['url'],
      properties: { url: { type: 'string', format: 'uri', maxLength: 2_048 }, model: { type: 'string' }, top_k: { type: 'integer', minimum: 1 }, probabilities: { type: 'boolean' } },
      example: { url: 'https://example.com/dog.jpg', top_k: 5 },
    },
  })
  @ApiOkResponse({ description: 'The classes of the image', schema: CLASSIFICATION_SCHEMA })
  @ApiForbiddenResponse({ description: 'Switched off on this server', schema: { $ref: '#/components/schemas/Error' } })
  async predict(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    markServed(request, { protocol: 'predict', model: '' });
    const { url, model, top_k: topK, probabilities } = jsonBody(request.body, bodySchema);
    if (this.fetcher === null) throw new ForbiddenException('Fetching images by their URL is switched off on this server; upload the image to /predict instead.');
    // Before anything is fetched: a request that cannot be answered makes no request of ours.
    const chosen = this.images.choose({ model, topK: topK?.toString(), probabilities: probabilities?.toString() });
    markServed(request, { protocol: 'predict', model: chosen.manifest.name });
    const signal = callerGone(reply);
    const file = await this.fetcher.fetch(url, signal);
    void reply.header('content-type', 'application/json').send(await this.images.answer(chosen, file, { requestId: request.id, signal }));
  }
}
