import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { Readiness } from './readiness.js';

/** What orchestrators and load balancers ask of every service: may it take traffic. */
@Controller()
export class ReadinessController {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
  ) {}

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
}
