import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ServingError } from '@switchyard/errors';
import { z } from 'zod';
import type { JobsFigures, MeasureJobsOptions } from '../measure/measure-jobs.js';
import type { RunningSystem } from '../systems/system.js';
import { PEERS_PYTHON } from './absent-peer.js';

/** Its start script gives Redis the port that lies so far above that of the server. */
const REDIS_PORT_OFFSET = 1_000;
const DEADLINE_MS = 180_000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** A user's own program: every task is sent, then every result fetched. Bodies come in, one per line; time and results go out. */
const PROGRAM = `
import json, sys, time
import celery_app
rows = [json.loads(line)["instances"] for line in sys.stdin]
count = int(sys.argv[1])
started = time.perf_counter()
sent = [celery_app.mnist.delay(rows[i % len(rows)]) for i in range(count)]
answers = [task.get(timeout=120) for task in sent]
print(json.dumps({"seconds": time.perf_counter() - started, "answers": answers}))
`;

const outputSchema = z.object({ seconds: z.number().positive(), answers: z.array(z.array(z.array(z.number()))) });

/** The same jobs through Celery's own client, in the same units. @throws ServingError when they do not end in time */
export async function measureCeleryJobs(system: RunningSystem, { row, count, directory }: MeasureJobsOptions & { readonly directory: string }): Promise<JobsFigures> {
  const port = Number(new URL(system.urlsOf(row)[0] ?? '').port);
  const input = row.requests.map(({ body }) => Buffer.from(body).toString()).join('\n');
  const output = await runPython({ directory, redisPort: port + REDIS_PORT_OFFSET, count, input });
  const { seconds, answers } = outputSchema.parse(JSON.parse(output));
  const wrongAnswers = answers.flatMap((predictions, index) => row.problemWith(index % row.requests.length, Buffer.from(JSON.stringify({ predictions }))) ?? []);
  return { jobs: answers.length, durationMs: seconds * 1_000, jobsPerSecond: answers.length / seconds, failures: {}, checkedAnswers: answers.length, wrongAnswers };
}

function runPython({ directory, redisPort, count, input }: { directory: string; redisPort: number; count: number; input: string }): Promise<string> {
  const variables = [`REDIS_PORT=${redisPort}`, `PYTHONPATH=${directory}:${join(directory, 'peers')}`];
  return new Promise((resolve, reject) => {
    const args = [...variables, join(directory, PEERS_PYTHON), '-c', PROGRAM, String(count)];
    const child = execFile('/usr/bin/env', args, { timeout: DEADLINE_MS, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new ServingError('internal', `The jobs of Celery failed: ${stderr.trim().split('\n').at(-1) || error.message}`, { cause: error }));
    });
    child.stdin?.once('error', () => undefined); // its end tells
    child.stdin?.end(input);
  });
}
