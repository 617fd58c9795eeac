import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ModelStatistics } from '@switchyard/inference';
import { findModel, servedVersions, type CatalogModel, type CatalogSource } from '@switchyard/model-registry';
import { noStatistics, statisticsOf } from '@switchyard/protocol-open-inference';
import { CATALOG } from '../api.tokens.js';
import { ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { Predictions } from '../predictions/predictions.js';
import { STATISTICS_ANSWER } from './statistics-schema.js';
import { chooseByName } from './version-choice.js';

/** Triton's fields for each version. */
interface StatisticsView {
  readonly model_stats: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Triton's statistics extension, of the requests this process has answered:
 * https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_statistics.md
 */
@ApiTags('Open Inference')
@Controller('v2/models')
export class StatisticsController {
  constructor(
    @Inject(Predictions) private readonly predictions: Predictions,
    @Inject(CATALOG) private readonly catalog: CatalogSource,
    @Inject(ModelStatistics) private readonly statistics: ModelStatistics,
  ) {}

  @Get('stats')
  @ApiOperation({ summary: 'Statistics of every model that serves' })
  @ApiOkResponse(STATISTICS_ANSWER)
  all(): StatisticsView {
    return { model_stats: this.catalog.current().models.flatMap((model) => this.#ofServed(model)) };
  }

  @Get(':name/stats')
  @ApiOperation({ summary: 'Statistics of every version of a model that serves' })
  @ApiOkResponse(STATISTICS_ANSWER)
  model(@Param('name') name: string): StatisticsView {
    chooseByName(this.predictions, name, undefined);
    return { model_stats: this.#ofServed(findModel(this.catalog.current(), name)) };
  }

  @Get(':name/versions/:version/stats')
  @ApiOperation({ summary: 'Statistics of one version' })
  @ApiOkResponse(STATISTICS_ANSWER)
  version(@Param('name') name: string, @Param('version') version: string): StatisticsView {
    return { model_stats: [this.#of(name, chooseByName(this.predictions, name, version).version)] };
  }

  #ofServed(model: CatalogModel): StatisticsView['model_stats'] {
    return servedVersions(model).map((version) => this.#of(model.name, version));
  }

  #of(name: string, version: number): Readonly<Record<string, unknown>> {
    return statisticsOf(this.statistics.of(name, version)[0] ?? noStatistics(name, version));
  }
}
