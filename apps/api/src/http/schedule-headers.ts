import { applyDecorators } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallerSignal } from '@switchyard/coupling';
import { ServingError } from '@switchyard/errors';
import { PRIORITIES, type Priority } from '@switchyard/inference';
import { ApiHeader } from './api-decorators.js';
import { connectionSignal } from './connection-signal.js';
import { shownValue } from './shown-value.js';

const TIMEOUT = 'x-timeout-ms';
const PRIORITY = 'x-priority';
/** A day: whoever has more time takes the server's own limit, which is less. */
const LONGEST_TIMEOUT_MS = 24 * 60 * 60 * 1000;

export interface RequestSchedule {
  readonly requestId: string;
  /** Aborted when the caller has hung up. */
  readonly signal: CallerSignal;
  readonly timeoutMs?: number;
  readonly priority?: Priority;
}

/** The headers of `readSchedule` in the OpenAPI document. */
export function ApiScheduleHeaders(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiHeader({ name: TIMEOUT, required: false, description: 'Milliseconds after which the answer is of no use; never more than the server gives', schema: { type: 'integer', minimum: 1, maximum: LONGEST_TIMEOUT_MS } }),
    ApiHeader({ name: PRIORITY, required: false, description: 'Who goes first when there is more work than workers', schema: { type: 'string', enum: [...PRIORITIES] } }),
  );
}

/**
 * When a request is to be answered, for protocols whose bodies have no field for it: `X-Timeout-Ms` and `X-Priority`; never after its
 * caller has hung up.
 * @param longestMs what the server gives at most
 * @throws ServingError `invalid-input` for what is no timeout or no priority: a caller who counts on it must not be left in error
 */
export function readSchedule({ id: requestId, headers, socket }: Pick<FastifyRequest, 'id' | 'headers' | 'socket'>, longestMs: number): RequestSchedule {
  const signal = connectionSignal(socket);
  const timeout = headers[TIMEOUT];
  const priority = headers[PRIORITY];
  if (timeout === undefined && priority === undefined) return { requestId, signal };
  return {
    requestId,
    signal,
    ...(timeout !== undefined && { timeoutMs: Math.min(longestMs, parseTimeout(timeout)) }),
    ...(priority !== undefined && { priority: parsePriority(priority) }),
  };
}

function parseTimeout(timeout: string | string[]): number {
  const timeoutMs = typeof timeout === 'string' && /^\d{1,8}$/.test(timeout) ? Number(timeout) : NaN;
  if (timeoutMs >= 1 && timeoutMs <= LONGEST_TIMEOUT_MS) return timeoutMs;
  throw new ServingError('invalid-input', `The header X-Timeout-Ms is ${shownValue(timeout)}; a whole number of milliseconds from 1 to ${LONGEST_TIMEOUT_MS} is expected.`);
}

function parsePriority(priority: string | string[]): Priority {
  const known = PRIORITIES.find((name) => name === priority);
  if (known !== undefined) return known;
  throw new ServingError('invalid-input', `The header X-Priority is ${shownValue(priority)}; ${PRIORITIES.map((name) => `"${name}"`).join(', ')} are expected.`);
}
