import type { LoadFormat } from '../formats/wire-format.js';
import type { Workload } from './workload.js';

export const JOBS_FORMAT: LoadFormat = { name: 'jobs', description: 'asynchronous jobs', transport: 'http' };

/** A job of its own for each request of a workload in TensorFlow Serving's JSON. The answer is right when it names a job that was taken. */
export function jobSubmissions({ name, model, rowsPerRequest, requests }: Workload, priority: 'normal' | 'bulk'): Workload {
  const head = `{"model":"${model}","priority":"${priority}",`;
  return {
    name: `${name}, as jobs`,
    description: `${model}, ${priority} jobs of ${rowsPerRequest} ${rowsPerRequest === 1 ? 'row' : 'rows'}`,
    model,
    format: JOBS_FORMAT,
    rowsPerRequest,
    // The rows follow the first brace: `{"instances": …}`.
    requests: requests.map(({ contentType, body }) => ({ contentType, body: Buffer.concat([Buffer.from(head), body.subarray(1)]) })),
    problemWith: (_, body) => (jobIdOf(body) === null ? `A submission was answered with ${Buffer.from(body).toString().slice(0, 100)}.` : null),
  };
}

/** Null when the answer names no job. */
export function jobIdOf(body: Uint8Array): string | null {
  return /^\{"id":"([0-9a-f-]{36})"/.exec(Buffer.from(body.subarray(0, 64)).toString('latin1'))?.[1] ?? null;
}
