import { Controller, Get, HttpCode, Post, Res, applyDecorators } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ServingError } from '@switchyard/errors';
import { ApiBody, ApiNotImplementedResponse, ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { NOT_OFFERED } from './answer-schemas.js';

/** What Triton tells of each region. */
type Regions = readonly object[];

/**
 * Triton's shared memory extension, of which there is none here, answered as over gRPC: nothing is ever registered, so the status is empty, and
 * clients that begin by unregistering everything find it done.
 * https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_shared_memory.md
 */
@ApiTags('Open Inference')
@Controller('v2')
export class SharedMemoryController {
  @Get('systemsharedmemory/status')
  @ApiStatus()
  systemStatus(): Regions {
    return [];
  }

  @Get('systemsharedmemory/region/:region/status')
  @ApiStatus()
  systemRegionStatus(): Regions {
    return [];
  }

  @Post('systemsharedmemory/region/:region/register')
  @ApiRegister()
  registerSystem(): never {
    return refuse();
  }

  @Post('systemsharedmemory/unregister')
  @ApiUnregister()
  unregisterSystem(@Res() reply: FastifyReply): void {
    void reply.send();
  }

  @Post('systemsharedmemory/region/:region/unregister')
  @ApiUnregister()
  unregisterSystemRegion(@Res() reply: FastifyReply): void {
    void reply.send();
  }

  @Get('cudasharedmemory/status')
  @ApiStatus()
  cudaStatus(): Regions {
    return [];
  }

  @Get('cudasharedmemory/region/:region/status')
  @ApiStatus()
  cudaRegionStatus(): Regions {
    return [];
  }

  @Post('cudasharedmemory/region/:region/register')
  @ApiRegister()
  registerCuda(): never {
    return refuse();
  }

  @Post('cudasharedmemory/unregister')
  @ApiUnregister()
  unregisterCuda(@Res() reply: FastifyReply): void {
    void reply.send();
  }

  @Post('cudasharedmemory/region/:region/unregister')
  @ApiUnregister()
  unregisterCudaRegion(@Res() reply: FastifyReply): void {
    void reply.send();
  }
}

function ApiStatus(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary: 'Registered regions of shared memory: there are none' }),
    ApiOkResponse({ description: 'None', schema: { type: 'array', items: { type: 'object' }, maxItems: 0 } }),
  );
}

function ApiRegister(): MethodDecorator {
  return applyDecorators(
    HttpCode(200),
    ApiOperation({ summary: 'Not offered: shared memory' }),
    ApiNotImplementedResponse(NOT_OFFERED),
    ApiBody({ required: false, schema: { type: 'object' } }),
  );
}

function ApiUnregister(): MethodDecorator {
  return applyDecorators(
    HttpCode(200),
    ApiOperation({ summary: 'Forget regions of shared memory: there are none' }),
    ApiOkResponse({ description: 'Done', content: {} }),
  );
}

function refuse(): never {
  throw new ServingError('unsupported', 'Shared memory is not supported; tensors travel in the messages.');
}
