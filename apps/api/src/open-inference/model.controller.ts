import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { workersServing, type WorkerDirectory } from '@switchyard/inference';
import { findModel, servedVersions, type CatalogSource, type Manifest } from '@switchyard/model-registry';
import { describeConfig, describeModel, type ModelDescription } from '@switchyard/protocol-open-inference';
import { CONFIG } from '@switchyard/service-runtime';
import type { ApiConfig } from '../api.config.js';
import { CATALOG, WORKERS } from '../api.tokens.js';
import { ApiBadRequestResponse, ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { Predictions } from '../predictions/predictions.js';
import { MODEL_ANSWER, MODEL_CONFIG_ANSWER, MODEL_NAMES_ANSWER } from './answer-schemas.js';
import { chooseByName } from './version-choice.js';
import { NOT_READY, READY } from './readiness-schemas.js';

type Facts = Readonly<Record<string, unknown>>;

/** What there is to know of a model, in the Open Inference Protocol v2 and Triton's extensions of it. */
@ApiTags('Open Inference')
@Controller('v2/models')
export class ModelController {
  constructor(
    @Inject(Predictions) private readonly predictions: Predictions,
    @Inject(CATALOG) private readonly catalog: CatalogSource,
    @Inject(WORKERS) private readonly workers: WorkerDirectory,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Names of the models, as KServe lists them' })
  @ApiOkResponse(MODEL_NAMES_ANSWER)
  list(): { readonly models: readonly string[] } {
    return { models: this.catalog.current().models.map(({ name }) => name) };
  }

  @Get(':name')
  @ApiOperation({ summary: 'Metadata of a model: its versions, inputs and outputs' })
  @ApiOkResponse(MODEL_ANSWER)
  metadata(@Param('name') name: string): ModelDescription {
    return this.#metadata(chooseByName(this.predictions, name, undefined));
  }

  @Get(':name/versions/:version')
  @ApiOperation({ summary: 'Metadata of one version' })
  @ApiOkResponse(MODEL_ANSWER)
  versionMetadata(@Param('name') name: string, @Param('version') version: string): ModelDescription {
    return this.#metadata(chooseByName(this.predictions, name, version));
  }

  @Get(':name/ready')
  @ApiOperation({ summary: 'Whether a worker has the model loaded: 200, else 400' })
  @ApiOkResponse(READY)
  @ApiBadRequestResponse(NOT_READY)
  ready(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Facts {
    return this.#ready(chooseByName(this.predictions, name, undefined), reply);
  }

  @Get(':name/versions/:version/ready')
  @ApiOperation({ summary: 'Whether a worker has the version loaded: 200, else 400' })
  @ApiOkResponse(READY)
  @ApiBadRequestResponse(NOT_READY)
  versionReady(@Param('name') name: string, @Param('version') version: string, @Res({ passthrough: true }) reply: FastifyReply): Facts {
    return this.#ready(chooseByName(this.predictions, name, version), reply);
  }

  @Get(':name/config')
  @ApiOperation({ summary: 'Configuration of a model, in the fields of Triton’s ModelConfig' })
  @ApiOkResponse(MODEL_CONFIG_ANSWER)
  configuration(@Param('name') name: string): Facts {
    return this.#configuration(chooseByName(this.predictions, name, undefined));
  }

  @Get(':name/versions/:version/config')
  @ApiOperation({ summary: 'Configuration of one version' })
  @ApiOkResponse(MODEL_CONFIG_ANSWER)
  versionConfiguration(@Param('name') name: string, @Param('version') version: string): Facts {
    return this.#configuration(chooseByName(this.predictions, name, version));
  }

  #metadata(manifest: Manifest): ModelDescription {
    return describeModel(manifest, this.#servedVersions(manifest));
  }

  #configuration(manifest: Manifest): Facts {
    return describeConfig(manifest, this.#servedVersions(manifest), this.config.MAX_ROWS_IN_HAND);
  }

  /** The specification knows 200 for yes and 4xx for no. */
  #ready({ name, version }: Manifest, reply: FastifyReply): Facts {
    const ready = workersServing(this.workers.current(), name, version) > 0;
    if (!ready) void reply.status(400);
    return { name, ready };
  }

  #servedVersions({ name }: Manifest): number[] {
    return servedVersions(findModel(this.catalog.current(), name));
  }
}
