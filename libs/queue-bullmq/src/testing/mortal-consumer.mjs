// A consumer in a process of its own, for tests of its death. Built first: it runs what is published, `dist`.
// Arguments: Redis URL, prefix, model. A row of -1 anywhere in a job kills the process, one of -2 keeps the job from ending; else it is echoed.
import { BullmqInferenceConsumer, JobRecords } from '../../dist/index.js';
import { createInMemoryObjectStore } from '@switchyard/object-store';
import { Redis } from 'ioredis';

const [url, prefix, model] = process.argv.slice(2);
const redis = new Redis(url, { maxRetriesPerRequest: null });
const records = new JobRecords({ redis, prefix, store: createInMemoryObjectStore(), resultTtlMs: 60_000 });

async function handle(job) {
  const { data } = job.inputs.get('x');
  process.send({ taken: job.id });
  if (data.includes(-1)) process.kill(process.pid, 'SIGKILL');
  if (data.some((value) => value < 0)) await new Promise(() => undefined);
  return { outputs: job.inputs, failures: [] };
}

new BullmqInferenceConsumer({ redis, prefix, records }).consume(model, handle, { maxJobs: 16 });
process.once('disconnect', () => process.exit(0));
