import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { TfServingMonitoring } from './tf-serving-monitoring.js';

/** TF Serving's own page for Prometheus, where its `monitoring_config` puts it by default. */
@ApiExcludeController()
@Controller('monitoring/prometheus')
export class MonitoringController {
  constructor(@Inject(TfServingMonitoring) private readonly monitoring: TfServingMonitoring) {}

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.monitoring.page();
  }
}
