import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '../http/api-decorators.js';
import { PictureUploads } from './picture-uploads.js';

const UPLOADED_PROPERTIES = {
  message: { type: 'string' }, count: { type: 'integer', minimum: 1 }, upload_id: { type: 'string' },
  pipeline: { type: 'string' }, model: { type: 'string' }, dataset: { type: 'string' },
};

/** Labelled pictures for the trainings to come. */
@ApiTags('Training')
@Controller('upload')
export class UploadController {
  constructor(@Inject(PictureUploads) private readonly uploads: PictureUploads) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Keep labelled pictures, which every later run of the pipeline learns from, by its name or its model, else that of the model images go to' })
  @ApiConsumes('multipart/form-data')
  @ApiQuery({ name: 'pipeline', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'model', required: false, schema: { type: 'string' } })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['files', 'labels'],
      properties: {
        files: { type: 'array', items: { type: 'string', format: 'binary' } },
        labels: { type: 'array', items: { type: 'string' }, description: 'as many as files: a field for each, or one field with a JSON array or with commas' },
        pipeline: { type: 'string' }, model: { type: 'string' },
      },
    },
  })
  @ApiOkResponse({ description: 'All of them are kept', schema: { type: 'object', required: Object.keys(UPLOADED_PROPERTIES), properties: UPLOADED_PROPERTIES } })
  async upload(@Req() request: FastifyRequest): Promise<unknown> {
    const { upload, pipeline } = await this.uploads.take(request);
    const count = upload.pictures.length;
    const message = `Uploaded ${count} ${count === 1 ? 'image' : 'images'} successfully`;
    return { message, count, upload_id: upload.id, pipeline: pipeline.name, model: pipeline.model, dataset: upload.dataset };
  }
}
