import { NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** `mnist:predict` → name and verb. @throws NotFoundException, which TF Serving's error shape calls a malformed request. */
export function parseTarget(target: string, request: FastifyRequest): { readonly name: string; readonly verb: string } {
  const colon = target.lastIndexOf(':');
  if (colon <= 0) throw new NotFoundException(`There is no ${request.method} ${request.url}.`);
  return { name: target.slice(0, colon), verb: target.slice(colon + 1).toLowerCase() };
}
