import { Controller, Get, HttpCode, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { register } from 'prom-client';
import { preferredType } from './preferred-type.js';
import { ServiceFacts } from './service-facts.js';
import { SERVICE_NAME } from './tokens.js';

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** What operators and orchestrators ask of every service: is it alive, what has it done. */
@Controller()
export class OperationsController {
  constructor(
    @Inject(SERVICE_NAME) private readonly service: string,
    @Inject(ServiceFacts) private readonly facts: ServiceFacts,
  ) {}

  /** Alive: the event loop turns. Says nothing of Redis, so that an outage there restarts nobody. */
  @Get('health')
  @HttpCode(200)
  live(): { status: string; service: string; uptime_seconds: number } {
    return { status: 'healthy', service: this.service, uptime_seconds: Math.round(process.uptime()), ...this.facts.health() };
  }

  /** For Prometheus, unless JSON is what the client likes best and the service has statistics to tell. */
  @Get('metrics')
  async metrics(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { statistics } = this.facts;
    void reply.header('vary', 'accept');
    if (statistics === null || preferredType(request.raw, ['text/plain', 'application/json']) !== 'application/json') {
      await reply.header('content-type', PROMETHEUS_TEXT).send(await register.metrics());
    } else {
      await reply.send({ service: this.service, ...uptime(), ...(await statistics()) });
    }
  }
}

function uptime(): { uptime_seconds: number; uptime_hours: number } {
  const seconds = process.uptime();
  return { uptime_seconds: Math.round(seconds * 10) / 10, uptime_hours: Math.round(seconds / 36) / 100 };
}
