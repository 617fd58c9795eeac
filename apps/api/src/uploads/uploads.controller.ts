import { Controller, Delete, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '../http/api-decorators.js';
import { ServingError } from '@switchyard/errors';
import type { PictureUpload } from '@switchyard/training';
import { shownValue } from '../http/shown-value.js';
import { onlyOne, type Query as GivenQuery } from '../predictions/given-options.js';
import { PictureUploads } from './picture-uploads.js';

/** A record of an upload tells of up to a thousand pictures. */
const LONGEST_PAGE = 100;
const DEFAULT_PAGE = 20;

const UPLOAD_PROPERTIES = {
  upload_id: { type: 'string' }, count: { type: 'integer', minimum: 1 }, bytes: { type: 'integer', minimum: 1 },
  labels: { type: 'object', additionalProperties: { type: 'integer', minimum: 1 }, description: 'how many pictures have each label' },
  uploaded_at: { type: 'string', format: 'date-time' }, uploaded_by: { type: 'string' }, request_id: { type: 'string' },
};
const PAGE_PROPERTIES = {
  pipeline: { type: 'string' }, model: { type: 'string' }, dataset: { type: 'string' },
  uploads: { type: 'array', items: { type: 'object', required: Object.keys(UPLOAD_PROPERTIES), properties: UPLOAD_PROPERTIES } },
  next: { type: 'string', nullable: true, description: 'what to give as `after` for the next page; null on the last one' },
};
const REMOVED_PROPERTIES = { upload_id: { type: 'string' }, message: { type: 'string' } };

/** What `POST /upload` has kept so far. */
@ApiTags('Training')
@Controller('uploads')
export class UploadsController {
  constructor(@Inject(PictureUploads) private readonly uploads: PictureUploads) {}

  @Get()
  @ApiOperation({ summary: 'Uploads that later runs of a pipeline learn from, the oldest first: by its name or its model, else that of the model images go to' })
  @ApiQuery({ name: 'pipeline', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'model', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: LONGEST_PAGE, default: DEFAULT_PAGE } })
  @ApiQuery({ name: 'after', required: false, schema: { type: 'string' }, description: 'an id: the page begins behind it' })
  @ApiOkResponse({ description: 'A page of them', schema: { type: 'object', required: Object.keys(PAGE_PROPERTIES), properties: PAGE_PROPERTIES } })
  async list(@Query() query: GivenQuery): Promise<unknown> {
    const range = { after: onlyOne(query, 'after') ?? null, limit: parseLimit(onlyOne(query, 'limit')) };
    const { pipeline, uploads, next } = await this.uploads.page(query, range);
    return { pipeline: pipeline.name, model: pipeline.model, dataset: pipeline.dataset, uploads: uploads.map(uploadView), next };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Remove an upload: later runs do without it; versions that have learnt from it, and their snapshots, stay as they are' })
  @ApiOkResponse({ description: 'It is gone', schema: { type: 'object', required: Object.keys(REMOVED_PROPERTIES), properties: REMOVED_PROPERTIES } })
  async remove(@Param('id') id: string): Promise<unknown> {
    await this.uploads.remove(id);
    return { upload_id: id, message: 'The upload is removed; later runs do without it.' };
  }
}

function parseLimit(limit: string | undefined): number {
  if (limit === undefined) return DEFAULT_PAGE;
  const count = /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
  if (count >= 1 && count <= LONGEST_PAGE) return count;
  throw new ServingError('invalid-input', `"limit" is ${shownValue(limit)}; a whole number from 1 to ${LONGEST_PAGE} is expected.`);
}

/** Neither the names of the files, which are their senders', nor the pictures. */
function uploadView({ id, pictures, uploadedAt, uploadedBy, requestId }: PictureUpload): Record<keyof typeof UPLOAD_PROPERTIES, unknown> {
  const labels = new Map<string, number>();
  for (const { label } of pictures) labels.set(label, (labels.get(label) ?? 0) + 1);
  return {
    upload_id: id, count: pictures.length, bytes: pictures.reduce((sum, { bytes }) => sum + bytes, 0), labels: Object.fromEntries(labels),
    uploaded_at: uploadedAt, uploaded_by: uploadedBy, request_id: requestId,
  };
}
