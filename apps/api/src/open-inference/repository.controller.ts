import { Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkLoadRequest, checkUnloadRequest, loadError, lookupError, readIndexRequest, type RepositoryEntry } from '@switchyard/protocol-open-inference';
import { bodyBytes } from '../http/body-parsers.js';
import { ModelRepository } from './model-repository.js';

/** Who asked, for the promotion log. */
const BY = 'open-inference-rest';
const PARAMETERS = { required: false, schema: { type: 'object', properties: { parameters: { type: 'object' } } } } as const;

/** Triton's model repository extension: https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_repository.md */
@ApiTags('Open Inference')
@Controller('v2/repository')
export class RepositoryController {
  constructor(@Inject(ModelRepository) private readonly repository: ModelRepository) {}

  @Post('index')
  @HttpCode(200)
  @ApiOperation({ summary: 'Every version of every model, and its state' })
  @ApiBody({ required: false, schema: { type: 'object', properties: { ready: { type: 'boolean' } } } })
  index(@Req() request: FastifyRequest): RepositoryEntry[] {
    return this.repository.index(readIndexRequest(bodyBytes(request.body)));
  }

  @Post('models/:name/load')
  @HttpCode(200)
  @ApiOperation({ summary: 'Serve a model again, as it was when it was unloaded; answers when it is ready' })
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
  @ApiBody(PARAMETERS)
  async unload(@Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    checkUnloadRequest(bodyBytes(request.body));
    await this.repository.unload(name, BY).catch((thrown: unknown) => {
      throw lookupError(thrown, name, undefined);
    });
    void reply.send();
  }
}
