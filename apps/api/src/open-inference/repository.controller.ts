import { Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkLoadRequest, checkUnloadRequest, loadError, lookupError, readIndexRequest, type RepositoryEntry } from '@switchyard/protocol-open-inference';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { bodyBytes } from '../http/body-parsers.js';
import { ModelRepository } from './model-repository.js';

/** Who asked, for the promotion log. */
const BY = 'open-inference-rest';
const ENTRY = {
  type: 'object', required: ['name', 'version', 'state', 'reason'],
  properties: { name: { type: 'string' }, version: { type: 'string' }, state: { type: 'string', enum: ['READY', 'LOADING', 'UNAVAILABLE'] }, reason: { type: 'string' } },
};
/** As Triton answers. */
const NO_BODY = { description: 'Done', content: {} } as const;
const PARAMETERS = { required: false, schema: { type: 'object', properties: { parameters: { type: 'object' } } } } as const;

/** Triton's model repository extension: https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_repository.md */
@ApiTags('Open Inference')
@Controller('v2/repository')
export class RepositoryController {
  constructor(@Inject(ModelRepository) private readonly repository: ModelRepository) {}

  @Post('index')
  @HttpCode(200)
  @ApiOperation({ summary: 'Every version of every model, and its state' })
  @ApiOkResponse({ description: 'An entry for each version', schema: { type: 'array', items: ENTRY } })
  @ApiBody({ required: false, schema: { type: 'object', properties: { ready: { type: 'boolean' } } } })
  index(@Req() request: FastifyRequest): RepositoryEntry[] {
    return this.repository.index(readIndexRequest(bodyBytes(request.body)));
  }

  @Post('models/:name/load')
  @HttpCode(200)
  @ApiOperation({ summary: 'Serve a model again, as it was when it was unloaded; answers when it is ready' })
  @ApiOkResponse(NO_BODY)
  @ApiBody(PARAMETERS)
  async load(@Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    checkLoadRequest(bodyBytes(request.body));
    await this.repository.load(name, BY).catch((thrown: unknown) => {
      throw loadError(thrown, name);
    });
    void reply.send();
  }

  @Post('models/:name/unload')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop serving a model; its aliases stay for whoever loads it again' })
  @ApiOkResponse(NO_BODY)
  @ApiBody(PARAMETERS)
  async unload(@Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    checkUnloadRequest(bodyBytes(request.body));
    await this.repository.unload(name, BY).catch((thrown: unknown) => {
      throw lookupError(thrown, name, undefined);
    });
    void reply.send();
  }
}
