import { Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ServingError } from '@switchyard/errors';
import { TRACE_SETTINGS, describeServer, logSettings, type ServerDescription } from '@switchyard/protocol-open-inference';
import { CONFIG, Readiness } from '@switchyard/service-runtime';
import type { ApiConfig } from '../api.config.js';
import { ApiBadRequestResponse, ApiNotImplementedResponse, ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { Predictions } from '../predictions/predictions.js';
import { ApiDescription } from '../system/api-description.js';
import { LIVE_ANSWER, LOGGING_ANSWER, NOT_OFFERED, SERVER_ANSWER, TRACING_ANSWER } from './answer-schemas.js';
import { chooseByName } from './version-choice.js';
import { NOT_READY, READY } from './readiness-schemas.js';

type Facts = Readonly<Record<string, unknown>>;

/** The server itself, in the Open Inference Protocol v2: what it is, whether it lives, and the settings Triton has for every server. */
@ApiTags('Open Inference')
@Controller('v2')
export class ServerController {
  constructor(
    @Inject(Predictions) private readonly predictions: Predictions,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(ApiDescription) private readonly description: ApiDescription,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Name, version and extensions of the server' })
  @ApiOkResponse(SERVER_ANSWER)
  metadata(): ServerDescription {
    return describeServer(this.description.info.version);
  }

  @Get('health/live')
  @ApiOperation({ summary: 'Whether the server lives' })
  @ApiOkResponse(LIVE_ANSWER)
  live(): Facts {
    return { live: true };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'Whether every model can be asked: 200, else 400' })
  @ApiOkResponse(READY)
  @ApiBadRequestResponse(NOT_READY)
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Facts> {
    const problems = [...(await this.readiness.run()).values()];
    const ready = problems.every((problem) => problem === null);
    if (!ready) void reply.status(400);
    return { ready };
  }

  @Get('logging')
  @ApiOperation({ summary: 'Log settings' })
  @ApiOkResponse(LOGGING_ANSWER)
  logging(): Facts {
    return logSettings(this.config.LOG_LEVEL);
  }

  @Post('logging')
  @HttpCode(200)
  @ApiOperation({ summary: 'Not offered: log settings are the environment’s' })
  @ApiNotImplementedResponse(NOT_OFFERED)
  changeLogging(): never {
    throw new ServingError('unsupported', 'the server does not support dynamic logging: the variable LOG_LEVEL sets its level at the start');
  }

  @Get('trace/setting')
  @ApiOperation({ summary: 'Trace settings: nothing is traced' })
  @ApiOkResponse(TRACING_ANSWER)
  tracing(): Facts {
    return TRACE_SETTINGS;
  }

  @Post('trace/setting')
  @HttpCode(200)
  @ApiOperation({ summary: 'Not offered: tracing' })
  @ApiNotImplementedResponse(NOT_OFFERED)
  changeTracing(): never {
    return refuseTracing();
  }

  @Get('models/:name/trace/setting')
  @ApiOperation({ summary: 'Trace settings of a model: nothing is traced' })
  @ApiOkResponse(TRACING_ANSWER)
  modelTracing(@Param('name') name: string): Facts {
    chooseByName(this.predictions, name, undefined);
    return TRACE_SETTINGS;
  }

  @Post('models/:name/trace/setting')
  @HttpCode(200)
  @ApiOperation({ summary: 'Not offered: tracing of a model' })
  @ApiNotImplementedResponse(NOT_OFFERED)
  changeModelTracing(): never {
    return refuseTracing();
  }
}

function refuseTracing(): never {
  throw new ServingError('unsupported', 'the server does not support tracing');
}
