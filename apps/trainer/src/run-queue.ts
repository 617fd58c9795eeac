import type { Queue } from 'bullmq';
import { newRunId, runJobOptions, type TrainingJob } from '@switchyard/training';

/** Puts a run on the training queue, unless one of the same pipeline waits or works there. @returns the id of the run that is there now. */
export async function enqueueRun(queue: Queue, job: TrainingJob, runId: string = newRunId(job.pipeline, Date.now())): Promise<string> {
  const { id = runId } = await queue.add(job.pipeline, job, { ...runJobOptions(runId, job.pipeline) });
  return id;
}
