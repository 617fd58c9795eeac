import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@switchyard/service-runtime';
import type { Notification, RunRecord } from '@switchyard/training';

export interface NotifyOptions {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Pauses before the second, third, … attempt; their number plus one is the number of attempts. */
  readonly backOffMs?: readonly number[];
}

const ATTEMPT_TIMEOUT_MS = 5_000;
const DEFAULT_BACK_OFF_MS = [1_000, 4_000];

/** Tells everyone a pipeline names how a run ended. Never throws: a webhook that does not answer is logged and changes nothing about the run. */
export async function notifyRun(record: RunRecord, options: NotifyOptions): Promise<void> {
  for (const notification of record.pipeline.notifications) await notify(notification, record, options);
}

async function notify(notification: Notification, record: RunRecord, options: NotifyOptions): Promise<void> {
  const summary = summarise(record);
  if (notification.kind === 'log') options.logger.info(summary, 'training.ended');
  else await postWithRetries(notification.url, summary, options);
}

async function postWithRetries(url: string, summary: RunSummary, { logger, signal, backOffMs = DEFAULT_BACK_OFF_MS }: NotifyOptions): Promise<void> {
  for (const pauseMs of [...backOffMs, null]) {
    const problem = await post(url, summary, signal);
    if (problem === null) return;
    logger.warn({ runId: summary.id, problem, willRetry: pauseMs !== null }, 'training.webhook-failed');
    if (pauseMs === null || signal.aborted) return;
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @returns what went wrong, or null. Redirects are not followed: the operator named one address. */
async function post(url: string, summary: RunSummary, signal: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'POST', redirect: 'error', body: JSON.stringify(summary), headers: { 'content-type': 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.ok ? null : `The webhook answered ${response.status}.`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type RunSummary = ReturnType<typeof summarise>;

function summarise({ id, pipeline, model, version, status, trigger, requestedBy, startedAt, endedAt, reason, evaluation }: RunRecord) {
  return { id, pipeline: pipeline.name, model, version, status, trigger, requestedBy, startedAt, endedAt, reason, accuracy: evaluation?.accuracy ?? null, f1: evaluation?.f1 ?? null };
}
