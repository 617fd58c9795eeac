import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '../http/api-decorators.js';
import { TfServingMonitoring } from './tf-serving-monitoring.js';

/** TF Serving's own page for Prometheus, where its `monitoring_config` puts it by default. */
@ApiTags('TF Serving')
@Controller('monitoring/prometheus')
export class MonitoringController {
  constructor(@Inject(TfServingMonitoring) private readonly monitoring: TfServingMonitoring) {}

  @Get('metrics')
  @ApiOperation({ summary: 'Requests and batches under TF Serving’s names, for Prometheus' })
  @ApiOkResponse({ description: 'Metrics', content: { 'text/plain': { schema: { type: 'string' } } } })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.monitoring.page();
  }
}
