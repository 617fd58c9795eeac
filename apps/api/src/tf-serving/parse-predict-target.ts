import { NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ServingError } from '@switchyard/errors';

/**
 * `mnist:predict` → `mnist`.
 * @throws NotFoundException without a verb, which TF Serving calls a malformed request; ServingError `invalid-input` for another verb.
 */
export function parsePredictTarget(target: string, request: FastifyRequest): string {
  const colon = target.lastIndexOf(':');
  if (colon <= 0) throw new NotFoundException(`There is no ${request.method} ${request.url}.`);
  const verb = target.slice(colon + 1);
  if (verb.toLowerCase() === 'predict') return target.slice(0, colon);
  throw new ServingError('invalid-input', `The method "${verb.slice(0, 50)}" is not offered; "predict" is expected.`);
}
