import type { Queue } from 'bullmq';
import { z } from 'zod';
import { ServingError } from '@switchyard/errors';
import { newRunId, runJobOptions, trainingJobSchema, type Pipeline, type TrainingJob } from '@switchyard/training';
import { shownValue } from '../http/shown-value.js';

const overrides = trainingJobSchema.shape.overrides.unwrap().shape;

/** Body of `POST /retrain`. Without a name there must be one pipeline only. */
export const retrainSchema = z.strictObject({
  pipeline: z.string().optional(),
  model: z.string().optional(),
  epochs: overrides.epochs,
  batch_size: overrides.batchSize,
  learning_rate: overrides.learningRate,
});

export interface QueuedRun {
  readonly run_id: string;
  readonly pipeline: string;
  readonly model: string;
  readonly status: 'queued';
  readonly message: string;
}

export interface QueueRunDependencies {
  readonly pipelines: readonly Pipeline[];
  readonly queue: Queue<TrainingJob>;
  readonly requestedBy: string;
}

/** Queues a run; while one of the same pipeline waits or works, that one is named instead of queueing another. @throws ServingError `invalid-input` */
export async function queueRun(body: z.infer<typeof retrainSchema>, { pipelines, queue, requestedBy }: QueueRunDependencies): Promise<QueuedRun> {
  const pipeline = choosePipeline(body, pipelines);
  const chosen = { epochs: body.epochs, batchSize: body.batch_size, learningRate: body.learning_rate };
  const data = trainingJobSchema.parse({ pipeline: pipeline.name, trigger: 'request', requestedBy, overrides: chosen });
  const runId = newRunId(pipeline.name, Date.now());
  const job = await queue.add('run', data, runJobOptions(runId, pipeline.name));
  const isNew = job.id === runId;
  return {
    run_id: job.id ?? runId,
    pipeline: pipeline.name,
    model: pipeline.model,
    status: 'queued',
    message: isNew ? `A run of "${pipeline.name}" is queued.` : `A run of "${pipeline.name}" is already waiting or at work; this is that run.`,
  };
}

/** The one pipeline that is meant. @throws ServingError `invalid-input` when none fits, or several do, naming those there are */
export function choosePipeline({ pipeline: name, model }: Pick<z.infer<typeof retrainSchema>, 'pipeline' | 'model'>, pipelines: readonly Pipeline[]): Pipeline {
  const fitting = pipelines.filter((candidate) => (name === undefined || candidate.name === name) && (model === undefined || candidate.model === model));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const known = pipelines.map((candidate) => `"${candidate.name}"`).join(', ') || 'none (is a trainer running?)';
  const problem = fitting.length === 0 ? `No pipeline fits ${shownChoice({ pipeline: name, model })}` : 'Several pipelines fit; name one as "pipeline" or "model"';
  throw new ServingError('invalid-input', `${problem}; the pipelines are: ${known}.`);
}

function shownChoice(choice: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(choice).filter(([, value]) => value !== undefined);
  return `{${given.map(([name, value]) => `"${name}":${shownValue(value)}`).join(',')}}`;
}
