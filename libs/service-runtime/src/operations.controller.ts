import { Controller, Get, Header, HttpCode, Inject } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { register } from 'prom-client';
import { Readiness } from './readiness.js';
import { SERVICE_NAME } from './tokens.js';

/** What operators and orchestrators ask of every service: is it alive, may it take traffic, what has it done. */
@Controller()
export class OperationsController {
  constructor(
    @Inject(SERVICE_NAME) private readonly service: string,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
  ) {}

  /** Alive: the event loop turns. Says nothing of Redis, so that an outage there restarts nobody. */
  @Get('health')
  @HttpCode(200)
  live(): { status: string; service: string; uptime_seconds: number } {
    return { status: 'healthy', service: this.service, uptime_seconds: Math.round(process.uptime()) };
  }

  @Get('ready')
  async ready(): Promise<HealthCheckResult> {
    const problems = await this.readiness.run();
    return this.health.check(
      [...problems].map(([name, problem]) => () => {
        const indicator = this.indicators.check(name);
        return problem === null ? indicator.up() : indicator.down({ message: problem });
      }),
    );
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return register.metrics();
  }
}
