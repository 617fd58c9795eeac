/** A prediction for later: submit it, follow it, and have its answer. Usage: job [http://127.0.0.1:8000] */
import { Switchyard } from '@switchyard/client';

const yard = new Switchyard({ url: process.argv[2] ?? 'http://127.0.0.1:8000' });

const { id } = await yard.jobs.submit('simple_classifier', { instances: [[1.5, 2.3], [0.8, -1.2]] });
for await (const job of yard.jobs.stream(id)) console.log(job.status);

// Later, or in another process: the id is all that has to be kept.
const { result, error } = await yard.jobs.await<{ predictions: number[][] }>(id, { timeoutMs: 60_000 });
console.log(result?.predictions ?? error?.message);
