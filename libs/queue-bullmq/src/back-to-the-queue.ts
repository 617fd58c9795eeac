import { WaitingError, type Job } from 'bullmq';

/** Gives up a job in hand for another worker to begin again. @returns what the processor must throw, so that BullMQ counts no attempt */
export async function backToTheQueue(job: Job, token: string | undefined): Promise<WaitingError> {
  await job.moveToWait(token);
  return new WaitingError();
}
