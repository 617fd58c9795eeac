import type { Pipeline, RunRecord } from '@switchyard/training';

/** A pipeline as anyone may see it: of webhooks the host only, since what they are secured by stands in the rest of their address. */
export function pipelineView(pipeline: Pipeline): Pipeline {
  return { ...pipeline, notifications: pipeline.notifications.map((one) => (one.kind === 'webhook' ? { ...one, url: new URL(one.url).origin } : one)) };
}

/** @see pipelineView */
export function runView(run: RunRecord): RunRecord {
  return { ...run, pipeline: pipelineView(run.pipeline) };
}
