import type { JobSchedulerJson, Queue } from 'bullmq';
import type { Pipelines } from './load-pipelines.js';

/**
 * The queue on which schedules fall due. Its jobs only put a run on the training queue, where the rule of one run per pipeline holds;
 * a scheduler's own jobs cannot be deduplicated, and would wait behind a long fit before anyone saw them.
 */
export const SCHEDULE_QUEUE = 'training-schedule';

/** Data of a job on the schedule queue. */
export interface ScheduledRun {
  readonly pipeline: string;
}

const TIME_ZONE = 'UTC';

/**
 * Makes the schedulers in Redis those of the pipeline files: missing and changed ones are set, those of pipelines that are gone are removed.
 * What is right already is not touched, so that any number of trainers may do this at any time.
 * @returns how many schedulers were set and removed.
 */
export async function reconcileSchedules(queue: Queue, pipelines: Pipelines): Promise<{ set: number; removed: number }> {
  const wanted = [...pipelines.values()].filter((pipeline) => pipeline.schedule !== null);
  const present = new Map((await queue.getJobSchedulers()).map((scheduler) => [scheduler.key, scheduler]));
  const outdated = wanted.filter(({ name, schedule }) => !isSet(present.get(schedulerId(name)), schedule));
  for (const { name, schedule } of outdated) {
    const data: ScheduledRun = { pipeline: name };
    const template = { name, data, opts: { removeOnComplete: true, removeOnFail: { count: 10 } } };
    await queue.upsertJobScheduler(schedulerId(name), { pattern: schedule ?? '', tz: TIME_ZONE }, template);
  }
  const kept = new Set(wanted.map(({ name }) => schedulerId(name)));
  const gone = [...present.keys()].filter((id) => !kept.has(id));
  for (const id of gone) await queue.removeJobScheduler(id);
  return { set: outdated.length, removed: gone.length };
}

function isSet(scheduler: JobSchedulerJson | undefined, schedule: string | null): boolean {
  return scheduler !== undefined && scheduler.pattern === schedule && scheduler.tz === TIME_ZONE;
}

/** BullMQ keeps `:` for itself. */
function schedulerId(pipeline: string): string {
  return `pipeline-${pipeline}`;
}
