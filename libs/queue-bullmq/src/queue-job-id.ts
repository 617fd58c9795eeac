import type { InferenceJob } from '@switchyard/inference';

/**
 * The id of a job on its queue, `<rows>.<job id>`: it tells the job's rows, so that the rows that wait can be counted from the ids
 * alone. Counting them as jobs come and go cost two scripts per job, and counters drift from the truth when processes die.
 */
export function queueJobId({ id, rows }: Pick<InferenceJob, 'id' | 'rows'>): string {
  return `${rows}.${id}`;
}

/** The job's own id. */
export function jobIdOf(queueJobId: string): string {
  return queueJobId.slice(queueJobId.indexOf('.') + 1);
}
