import { ServingError } from '@switchyard/errors';

const JOB_ID = /^[0-9a-f-]{36}$/;
const SHOWN_LENGTH = 50;

/** @throws ServingError `job-not-found` for what cannot be the id of a job */
export function assertJobId(id: string): string {
  if (JOB_ID.test(id)) return id;
  throw unknownJob(id);
}

export function unknownJob(id: string): ServingError {
  return new ServingError('job-not-found', `There is no job "${id.slice(0, SHOWN_LENGTH)}", or its result has expired.`);
}
