import { z } from 'zod';
import { modelNameSchema } from '@switchyard/model-registry';

/** Five-field cron expression, read in UTC. */
const cronSchema = z.string().regex(/^(\S+\s+){4}\S+$/, 'a schedule is a cron expression of five fields, as "0 2 * * 1"');

/** The floor a run must reach before its model may serve. */
export const gateSchema = z.object({
  metric: z.enum(['accuracy', 'precision', 'recall', 'f1']).default('accuracy'),
  minimum: z.number().min(0).max(1).default(0.97),
});

/** Who is told how a run ended. */
export const notificationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log') }),
  z.object({ kind: z.literal('webhook'), url: z.url({ protocol: /^https?$/ }) }),
]);

/** `pipelines/<name>.json`: how a model is retrained. */
export const pipelineSchema = z.object({
  name: modelNameSchema,
  model: modelNameSchema,
  /** Name of a dataset source. */
  dataset: z.string().min(1),
  /** Name of a network the trainer knows. */
  trainer: z.string().min(1),
  epochs: z.number().int().min(1).max(1_000),
  batchSize: z.number().int().min(1).max(65_536),
  learningRate: z.number().positive().max(10),
  /** Makes a run repeatable on the same machine. */
  seed: z.number().int().min(0).default(42),
  gate: gateSchema.prefault({}),
  schedule: cronSchema.nullable().default(null),
  notifications: z.array(notificationSchema).default([{ kind: 'log' }]),
});

export type Gate = z.infer<typeof gateSchema>;
export type Notification = z.infer<typeof notificationSchema>;
export type Pipeline = z.infer<typeof pipelineSchema>;

/** Where runs wait for a trainer: a job's data is a `TrainingJob`, its id the run's id. */
export const TRAINING_QUEUE = 'training';

/** A job on the training queue. Overrides apply to this run only. */
export const trainingJobSchema = z.object({
  pipeline: modelNameSchema,
  trigger: z.enum(['schedule', 'request', 'first-start']),
  requestedBy: z.string().max(200).default('anonymous'),
  overrides: z.object({
    epochs: z.number().int().min(1).max(1_000).optional(),
    batchSize: z.number().int().min(1).max(65_536).optional(),
    learningRate: z.number().positive().max(10).optional(),
  }).default({}),
});
export type TrainingJob = z.infer<typeof trainingJobSchema>;

/** The pipeline as one run has it. */
export function applyOverrides(pipeline: Pipeline, overrides: TrainingJob['overrides']): Pipeline {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...pipeline, ...(Object.fromEntries(given) as Partial<Pipeline>) };
}
