import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServingError, decodeError, type ErrorFrame } from '@switchyard/errors';
import { isImportId, readImport } from '@switchyard/model-import';
import type { ObjectStore } from '@switchyard/object-store';
import { OBJECT_STORE } from '@switchyard/service-runtime';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { callerGone } from '../http/caller-gone.js';
import { preferredWaitMs } from '../http/preferred-wait.js';
import { RecordWaits } from '../http/record-waits.js';
import { IMPORT_SCHEMA } from './import-schemas.js';
import { ImportSubmissions } from './import-submissions.js';
import { importView } from './import-view.js';

const LONGEST_WAIT_SECONDS = 300;

/** Models that users bring: upload them or name their place in the object store, and follow what becomes of them. */
@ApiTags('Models')
@Controller()
export class ImportsController {
  constructor(
    @Inject(ImportSubmissions) private readonly submissions: ImportSubmissions,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(RecordWaits) private readonly waits: RecordWaits,
  ) {}

  @Post('models/:name/versions')
  @ApiOperation({ summary: 'Import a model: ONNX, SavedModel or TensorFlow.js, as files, as an archive, or by its place in the object store; answers 202 with the import and its Location' })
  @ApiConsumes('multipart/form-data', 'application/json')
  @ApiHeader({ name: 'prefer', required: false, description: '`wait=N`: answer when the import has ended, after N seconds at the latest' })
  @ApiBody({
    schema: {
      type: 'object',
      properties: {
        file: { type: 'array', items: { type: 'string', format: 'binary' }, description: 'files whose names are their paths within the model, or one archive' },
        from: { type: 'string', description: 'instead of files: a key, or the beginning of keys, in the object store' },
        labels: { type: 'string' }, preprocess: { type: 'string' }, signature: { type: 'string' }, promote: { type: 'boolean' },
      },
      example: { from: 'uploads/mobilenet', preprocess: 'tf', promote: true },
    },
  })
  @ApiCreatedResponse({ description: 'Imported, within the time that the caller preferred to wait', schema: IMPORT_SCHEMA })
  @ApiAcceptedResponse({ description: 'The import, which goes on', schema: IMPORT_SCHEMA })
  async submit(@Param('name') name: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const submitted = await this.submissions.submit(name, request);
    const waitMs = preferredWaitMs(request, LONGEST_WAIT_SECONDS);
    const record = (await this.waits.forEnd(() => readImport(this.store, submitted.id), { waitMs, signal: callerGone(reply) })) ?? submitted;
    void reply.header('location', `/imports/${record.id}`);
    if (record.error !== null) throw faultOf(record.error);
    void reply.status(record.status === 'succeeded' ? 201 : 202);
    return importView(record);
  }

  @Get('imports/:id')
  @ApiOperation({ summary: 'State of an import: what was found out, step by step, its version, or why there is none' })
  @ApiOkResponse({ description: 'The import', schema: IMPORT_SCHEMA })
  async find(@Param('id') id: string): Promise<unknown> {
    const record = isImportId(id) ? await readImport(this.store, id) : null;
    if (record === null) throw new ServingError('job-not-found', `There is no import "${id.slice(0, 50)}", or its record has expired.`);
    return importView(record);
  }
}

/** A model that cannot be read or run is what the caller sent, not what the server has. */
function faultOf(error: ErrorFrame): ServingError {
  const decoded = decodeError(error);
  return decoded.kind === 'model-invalid' ? new ServingError('invalid-input', decoded.message, { cause: decoded }) : decoded;
}
